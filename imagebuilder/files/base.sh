#!/usr/bin/env bash
# What the runner and every app need of the distribution.
# shellcheck source=lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

readonly COMMANDS=(git bash curl openssl ssh setsid timeout sha256sum python3 aws ip setpriv)

main() {
  if ! bake::owns_machine; then
    bake::left_out 'packages of the distribution: the programs of this machine are used'
    return 0
  fi
  bake::packages git git-lfs openssh-clients openssl ca-certificates util-linux tar gzip findutils diffutils
  local name
  for name in "${COMMANDS[@]}"; do
    command -v "${name}" >/dev/null || bake::fail "the base image has no ${name}, which the runner needs"
  done
}

main

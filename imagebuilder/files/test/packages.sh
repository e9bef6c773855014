#!/usr/bin/env bash
# The image still has every package that the app needs, be it under the name of another that provides it.
# shellcheck source=../lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib.sh"

main() {
  local -a packages
  local name
  read -ra packages <<<"${SYSTEM_PACKAGES}"
  bake::owns_machine || return 0
  for name in "${packages[@]}"; do
    rpm --query "${name}" || rpm --query --whatprovides "${name}" ||
      bake::fail "system_packages: ${name} was installed and is not in the image any more"
  done
}

main

#!/usr/bin/env bash
# What was needed to bake and not to run goes. Image Builder's own clean-up takes keys, host names and logs of the
# instance afterwards.
# shellcheck source=lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

readonly STATE=${ROOT}/var/lib/lambda-ec2-bake

main() {
  local -a packages=()
  if bake::owns_machine; then
    [[ ! -s ${STATE}/build-packages ]] || mapfile -t packages <"${STATE}/build-packages"
    if ((${#packages[@]} > 0)); then dnf -y remove "${packages[@]}"; fi
    dnf clean all
    rm -rf /var/cache/dnf /usr/share/doc/* /usr/share/man/* /usr/share/info/* /root/.cache
  fi
  # This script too: the tests download their own, because they run on another instance.
  rm -rf "${STATE}" "${ROOT}"/tmp/lambda-ec2-files.zip "${ROOT}"/tmp/lambda-ec2-files
}

main

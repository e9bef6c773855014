#!/usr/bin/env bash
# systemd can load the units, and they start at boot. A unit that it drops is a runner that silently never runs.
# shellcheck source=../lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib.sh"

readonly UNITS=(
  lambda-ec2-boot.service lambda-ec2-runner.service lambda-ec2-deadline.service lambda-ec2-deadline.timer
  lambda-ec2-prefetch.service lambda-ec2-metadata-block.service
)

main() {
  local unit complaints
  if ! bake::owns_machine; then
    bake::left_out 'the test of the units: local instances have no systemd'
    return 0
  fi
  for unit in "${UNITS[@]}"; do
    complaints=$(systemd-analyze verify "/etc/systemd/system/${unit}" 2>&1 | grep --fixed-strings lambda-ec2 || :)
    [[ -z ${complaints} ]] || bake::fail "systemd-analyze verify: ${complaints}"
  done
  for unit in lambda-ec2-boot.service lambda-ec2-deadline.timer lambda-ec2-prefetch.service lambda-ec2-metadata-block.service; do
    [[ $(systemctl is-enabled "${unit}") == enabled ]] || bake::fail "${unit} does not start at boot"
  done
  id -u lambda-ec2-app >/dev/null || bake::fail 'the user that runs the app is missing'
  id -u lambda-ec2-build >/dev/null || bake::fail 'the user that runs git and pip is missing'
}

main

#!/usr/bin/env bash
# What keeps the app, git and pip from the instance metadata, each part of it alone. A kernel that does not support one
# says nothing and lets everything through.
# shellcheck source=../lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib.sh"

readonly REACHABLE=/usr/libexec/lambda-ec2/metadata-reachable
readonly SERVICE='the instance metadata service'

main() {
  local user
  if ! bake::owns_machine || [[ ! -d /run/systemd/system ]]; then
    bake::left_out 'the test of the block of the instance metadata: systemd does not run here'
    return 0
  fi
  # Else the refusals below would say nothing.
  "${REACHABLE}" || bake::fail "root cannot send to ${SERVICE}: the test of its block proves nothing"
  if systemd-run --quiet --wait --collect --pipe --property='IPAddressDeny=169.254.169.254 fd00:ec2::254' "${REACHABLE}"; then
    bake::fail "a unit with IPAddressDeny= reaches ${SERVICE}: the kernel of this image does not support it"
  fi
  for user in lambda-ec2-app lambda-ec2-build; do
    if setpriv --reuid="${user}" --regid="${user}" --clear-groups "${REACHABLE}"; then
      bake::fail "the user ${user} reaches ${SERVICE}: lambda-ec2-metadata-block.service does not hold"
    fi
  done
  bake::say 'the app, git and pip are kept from the instance metadata, in two ways'
}

main

#!/usr/bin/env bash
# The runner: its files, its users, and its units.
# shellcheck source=lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

# Who runs the app, and who runs git and pip (runner/unit.py).
readonly USERS=(lambda-ec2-app lambda-ec2-build)

# Those units of the runner that say when they start.
units_at_boot() { (cd "$1/etc/systemd/system" && grep --files-with-matches '^WantedBy=' lambda-ec2-*); }

main() {
  local unpacked user
  local -a units
  unpacked=$(mktemp -d)
  python3 -m zipfile -e "${ROOT}/tmp/lambda-ec2-rootfs.zip" "${unpacked}"
  # Not every unpacker keeps modes.
  chmod -R u=rwX,go=rX "${unpacked}"
  chmod 755 "${unpacked}"/usr/libexec/lambda-ec2/*
  # With labels of /tmp an enforcing SELinux would hide the units from systemd.
  cp -a --no-preserve=ownership,context "${unpacked}/." "${ROOT}/"
  # Compiled once here, not at each job: the runner's start is on the way to the app's first line.
  "${ROOT}/usr/bin/python3" -I -S -m compileall -q "${ROOT}/usr/lib/lambda-ec2"
  mapfile -t units < <(units_at_boot "${unpacked}")
  ((${#units[@]} > 0)) || bake::fail 'no unit of the runner starts at boot'
  rm -rf "${unpacked}" "${ROOT}/tmp/lambda-ec2-rootfs.zip"
  mkdir -p "${ROOT}/var/lib/lambda-ec2" "${ROOT}/opt/venvs" "${ROOT}/opt/wheelhouse"
  if ! bake::owns_machine; then
    bake::left_out "the users ${USERS[*]}, the units' start at boot and git-lfs: local instances have none of them"
    return 0
  fi
  for user in "${USERS[@]}"; do
    id -u "${user}" >/dev/null 2>&1 ||
      useradd --system --user-group --no-create-home --home-dir /var/lib/lambda-ec2/home --shell /sbin/nologin "${user}"
  done
  systemctl enable "${units[@]}"
  git lfs install --system
}

main

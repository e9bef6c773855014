#!/usr/bin/env bash
# Nothing that the job does not need starts at boot:
# it would take disk reads and CPU from the way to the app's first line.
# shellcheck source=lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

readonly MASKED=(
  dnf-makecache.timer dnf-makecache.service dnf-automatic.timer update-motd.timer update-motd.service fstrim.timer
  man-db-cache-update.service logrotate.timer e2scrub_all.timer e2scrub_reap.service apt-daily.timer
  apt-daily-upgrade.timer
  # Nobody logs in over the network: no inbound rule, Session Manager instead.
  sshd.service sshd.socket ssh.service sshd-keygen.target
)

unit_exists() { [[ -n $(systemctl list-unit-files --no-legend --no-pager "$1" 2>/dev/null) ]]; }

main() {
  local unit
  if ! bake::owns_machine; then
    bake::left_out 'hardening: it is about the units and the boot of an instance'
    return 0
  fi
  for unit in "${MASKED[@]}"; do
    if unit_exists "${unit}"; then systemctl mask "${unit}"; fi
  done
  # cloud-init's updates at boot cost seconds even when there are none.
  mkdir -p /etc/cloud/cloud.cfg.d
  printf 'repo_upgrade: none\npackage_update: false\npackage_upgrade: false\nssh_deletekeys: true\n' \
    >/etc/cloud/cloud.cfg.d/99-lambda-ec2.cfg
  # The agent is for people, who come later: it starts when the job is under way.
  if unit_exists amazon-ssm-agent.service; then
    install -m 644 "${FILES}/units/lambda-ec2-ssm-agent.timer" /etc/systemd/system/
    systemctl disable amazon-ssm-agent.service
    systemctl enable lambda-ec2-ssm-agent.timer
  fi
  systemctl daemon-reload 2>/dev/null || bake::say 'systemd does not run here: it reads its units at boot'
}

main

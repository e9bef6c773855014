# The two limits of a job: at ec2_timeout whatever runs is stopped, and GRACE_SECONDS later the instance is powered off.
# shellcheck shell=bash

# Whether systemd started us: then units and timers are to be had, else process groups must do.
systemd::is_here() { [[ -n ${INVOCATION_ID:-} && -d /run/systemd/system ]]; }

# deadline::arm: notes both limits and makes the later one come true without the runner. Keeps the limits of an earlier
# call, so that whoever reports for a killed runner does not get a new lease.
deadline::arm() {
  local timeout
  if [[ ! -f ${DEADLINE_FILE} ]]; then
    timeout=$(clock::duration "${SETTING[ec2_timeout]:-}") && ((timeout <= MAX_TIMEOUT_SECONDS)) ||
      timeout=$(clock::duration "${SETTING_DEFAULTS[ec2_timeout]}")
    printf '%d' "$(($(clock::seconds) + timeout))" >"${DEADLINE_FILE}"
    deadline::power_off_later "$((timeout + GRACE_SECONDS))"
  fi
  TIMEOUT_AT=$(<"${DEADLINE_FILE}")
}

deadline::power_off_later() {
  if systemd::is_here; then
    systemd-run --quiet --collect --unit=lambda-ec2-power-off --on-active="$1" --timer-property=AccuracySec=1s \
      systemctl --no-block poweroff
  else
    (
      sleep "$1"
      systemctl --no-block poweroff
    ) </dev/null >/dev/null 2>&1 &
  fi
}

# Seconds until ec2_timeout, at least 1; bounded by the argument when there is one.
deadline::remaining() {
  local remaining=$((TIMEOUT_AT - $(clock::seconds)))
  if [[ -n ${1:-} ]] && ((remaining > $1)); then remaining=$1; fi
  printf '%d' "$((remaining > 1 ? remaining : 1))"
}

deadline::has_passed() { (($(clock::seconds) >= TIMEOUT_AT)); }

# Somebody else ends this instance, and systemd waits for us for TimeoutStopSec, 150 s, at most.
deadline::hurry() { printf '%d' "$(($(clock::seconds) + 130))" >"${END_BY_FILE}"; }

# Seconds that uploads may still take: to the power-off, less a margin for the status and the shutdown itself.
deadline::upload_seconds() {
  local end=$((TIMEOUT_AT + GRACE_SECONDS)) hurried remaining
  if [[ -f ${END_BY_FILE} ]]; then
    hurried=$(<"${END_BY_FILE}")
    ((hurried >= end)) || end=${hurried}
  fi
  remaining=$((end - 40 - $(clock::seconds)))
  printf '%d' "$((remaining > 20 ? remaining : 20))"
}

# The runner's own log lines. They go to {job_id}_ec2.log, beside the app's output, and to the console, which is all that
# is left to read when an instance loses its network.
# shellcheck shell=bash

log::line() {
  local line
  printf -v line '%(%Y-%m-%dT%H:%M:%SZ)T %-5s %s' -1 "$1" "${*:2}"
  # A full disk must not end the runner.
  printf '%s\n' "${line}" >&2 || :
  if [[ -n ${CONSOLE:-} ]]; then printf '%s\n' "${line}" >&"${CONSOLE}" || :; fi
}

# log::to_file FILE: from now on the log and every command's complaints go to the file, the log also to the console.
log::to_file() { exec {CONSOLE}>&2 2>>"$1"; }

log::info() { log::line INFO "$@"; }
log::warn() { log::line WARN "$@"; }
log::error() { log::line ERROR "$@"; }

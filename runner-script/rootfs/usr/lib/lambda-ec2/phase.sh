# The named parts of a job and how long each took.
# shellcheck shell=bash

readonly PHASES_FILE=${STATE_DIR}/phases

# phase::record NAME START_ISO SECONDS
phase::record() {
  printf '%s %s %s\n' "$1" "$2" "$3" >>"${PHASES_FILE}"
}

# phase::run NAME COMMAND...: runs the command as this phase and returns what it returned. A job that has failed already
# begins no further phase but those that its record needs.
phase::run() {
  local name=$1 start begun result=0 took
  shift
  if status::failed && [[ ${name} != claim && ${name} != output ]]; then return 1; fi
  start=$(clock::iso)
  begun=$(clock::centiseconds)
  log::info "${name}: begins"
  printf '%s' "${name}" >"${STATE_DIR}/phase"
  "$@" || result=$?
  took=$(($(clock::centiseconds) - begun))
  printf -v took '%d.%02d' "$((took / 100))" "$((took % 100))"
  phase::record "${name}" "${start}" "${took}"
  if ((result == 0)); then log::info "${name}: done in ${took} s"; else log::error "${name}: failed after ${took} s"; fi
  return "${result}"
}

phase::json() {
  local name start seconds separator=
  printf '['
  if [[ -f ${PHASES_FILE} ]]; then
    while read -r name start seconds; do
      printf '%s{"name": "%s", "start": "%s", "seconds": %s}' "${separator}" "${name}" "${start}" "${seconds}"
      separator=', '
    done <"${PHASES_FILE}"
  fi
  printf ']'
}

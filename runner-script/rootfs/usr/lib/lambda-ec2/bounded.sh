# Commands that may hang. Each runs in a session of its own, gets TERM at its limit and KILL after that, and leaves nothing
# of its process group behind.
# shellcheck shell=bash

readonly CHILDREN_FILE=${STATE_DIR}/children

# bounded::run SECONDS COMMAND...: the command's exit status; 124 or 137 when the limit ended it.
bounded::run() {
  local seconds=$1 result=0 child
  shift
  setsid timeout --kill-after="${STOP_SECONDS}" "${seconds}" "$@" &
  child=$!
  printf '%d\n' "${child}" >>"${CHILDREN_FILE}"
  wait "${child}" || result=$?
  kill -KILL -- "-${child}" 2>/dev/null || :
  return "${result}"
}

# Ends whatever bounded::run still has running: TERM, then KILL after STOP_SECONDS.
bounded::stop_all() {
  local child
  local -a children=()
  [[ ! -f ${CHILDREN_FILE} ]] || mapfile -t children <"${CHILDREN_FILE}"
  for child in "${children[@]}"; do kill -TERM -- "-${child}" 2>/dev/null || :; done
  local give_up=$(($(clock::seconds) + STOP_SECONDS))
  for child in "${children[@]}"; do
    while kill -0 -- "-${child}" 2>/dev/null && (($(clock::seconds) < give_up)); do sleep 0.2; done
    kill -KILL -- "-${child}" 2>/dev/null || :
  done
}

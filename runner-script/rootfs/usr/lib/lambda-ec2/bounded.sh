# Commands that may hang. Each runs in a session of its own, gets TERM at its limit and KILL after that, and leaves nothing
# of its process group behind.
# shellcheck shell=bash

# One file for each that runs, named by its process group.
readonly CHILDREN_DIR=${STATE_DIR}/children

# bounded::run SECONDS COMMAND...: the command's exit status; 124 or 137 when the limit ended it.
bounded::run() {
  local seconds=$1 result=0 child
  shift
  setsid timeout --kill-after="${STOP_SECONDS}" "${seconds}" "$@" &
  child=$!
  mkdir -p "${CHILDREN_DIR}" && : >"${CHILDREN_DIR}/${child}"
  wait "${child}" || result=$?
  # A signal to us ends the wait and not the child.
  while ((result > 128)) && kill -0 "${child}" 2>/dev/null; do
    result=0
    wait "${child}" || result=$?
  done
  kill -KILL -- "-${child}" 2>/dev/null || :
  rm -f "${CHILDREN_DIR}/${child}"
  return "${result}"
}

# Ends whatever bounded::run still has running: TERM, then KILL after STOP_SECONDS.
bounded::stop_all() {
  local child
  local -a children
  mapfile -t children < <(ls "${CHILDREN_DIR}" 2>/dev/null)
  for child in "${children[@]}"; do kill -TERM -- "-${child}" 2>/dev/null || :; done
  local give_up=$(($(clock::seconds) + STOP_SECONDS))
  for child in "${children[@]}"; do
    while kill -0 -- "-${child}" 2>/dev/null && (($(clock::seconds) < give_up)); do sleep 0.2; done
    kill -KILL -- "-${child}" 2>/dev/null || :
  done
}

# While the job runs its logs are pushed to their final keys whenever they have grown, so that the live log and the final
# one are the same object. This loop is also the only writer of the status object until it ends, and therefore the one
# that notices when the job is no longer ours.
# shellcheck shell=bash

readonly LIVE_SECONDS=${LAMBDA_EC2_LIVE_SECONDS:-3}
# An upload under way is bounded by 20 s, and there are two logs and a status.
readonly LIVE_STOP_SECONDS=70
readonly LIVE_FIFO=${STATE_DIR}/live-logs
readonly LIVE_ENDED_FILE=${STATE_DIR}/live-logs-ended
readonly SUPERSEDED_FILE=${STATE_DIR}/superseded

live_logs::start() {
  mkfifo "${LIVE_FIFO}"
  # For reading too, because opening for writing alone blocks when the loop has ended by itself.
  exec {LIVE_STOP}<>"${LIVE_FIFO}"
  live_logs::loop "$$" &
}

# Lets an upload under way finish: one that arrives after the final log would put an older one in its place. Not with the
# wait builtin, which has no limit.
live_logs::stop() {
  local give_up=$(($(clock::seconds) + LIVE_STOP_SECONDS))
  [[ -n ${LIVE_STOP:-} ]] || return 0
  printf 'stop\n' >&"${LIVE_STOP}"
  while [[ ! -f ${LIVE_ENDED_FILE} ]] && (($(clock::seconds) < give_up)); do sleep 0.05; done
  LIVE_STOP=
}

live_logs::loop() {
  local runner=$1 line phases=0 seen result=0
  local -A pushed=()
  trap - TERM INT ERR
  trap ': >"${LIVE_ENDED_FILE}"' EXIT
  while :; do
    if ((result == 0)); then
      live_logs::push "$(output::ec2_log_key)" "${EC2_LOG}"
      live_logs::push "$(output::app_log_key)" "$(output::app_log_file)"
    fi
    if read -r -t "${LIVE_SECONDS}" -u "${LIVE_STOP}" line && [[ ${line} == stop ]]; then return 0; fi
    seen=$(stat --format=%s "${PHASES_FILE}" 2>/dev/null || printf 0)
    result=0
    if ((seen > phases)); then
      phases=${seen}
      status::push RUNNING 20 || result=$?
    else
      live_logs::is_ours || result=$?
    fi
    if ((result == 3)); then
      : >"${SUPERSEDED_FILE}"
      log::warn 'a newer upload of this job has taken over: stopping'
      # The runner itself takes no signal any more when it is at its end; what it waits for does.
      kill -TERM "${runner}"
      bounded::stop_all
      return 0
    fi
  done
}

# live_logs::push KEY FILE: large logs only once they have grown by a tenth, so that an app that prints without end does
# not fill the network.
live_logs::push() {
  local key=$1 file=$2 size
  [[ -n ${file} && -f ${file} ]] || return 0
  # An app may turn its log over at any moment.
  size=$(stat --format=%s "${file}" 2>/dev/null) || return 0
  ((size > ${pushed[${key}]:-0} && size - ${pushed[${key}]:-0} >= size / 10)) || return 0
  if s3::upload "${key}" "${file}" 'text/plain; charset=utf-8' 20; then pushed[${key}]=${size}; fi
}

live_logs::is_ours() {
  local headers=${STATE_DIR}/live-headers code
  code=$(s3::head "$(status::key)" "${headers}")
  [[ ${code} == 200 && $(s3::header etag <"${headers}") != "$(<"${ETAG_FILE}")" ]] || return 0
  if claim::is_ours; then return 0; fi
  [[ ${CLAIM_CODE} == 200 ]] || return 0
  return 3
}

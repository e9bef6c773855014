# The end of every job, however it came: output, logs, final status. Each upload is bounded in time, and the instance is
# powered off whatever happens here.
# shellcheck shell=bash

readonly DONE_FILE=${STATE_DIR}/done

ending::finish() {
  local state=FAILED
  # The end is bounded by the deadline; a second TERM must not cut it short.
  trap '' TERM INT
  set +e
  app::stop
  bounded::stop_all
  credentials::forget
  if ending::is_owed; then
    disk::drop_ballast
    # The live loop goes on beside it: it sees when a newer upload takes over, and stops what would overwrite its output.
    if [[ -f ${APP_RESULT_FILE} && ! -f ${OUTPUT_IS_UP_FILE} ]]; then phase::run output output::upload; fi
  fi
  live_logs::stop
  if [[ -f ${SUPERSEDED_FILE} ]]; then output::withdraw; fi
  ending::is_owed || return 0
  ending::drop_lost_output
  # Only what is known to have gone well counts: a runner that ended early left no reason either. Set without status::fail,
  # which leaves the word to whoever was first, even to one that was killed before it said anything.
  if [[ -f ${OUTPUT_IS_UP_FILE} ]]; then
    status::failed || state=SUCCEEDED
  elif ! status::failed; then
    status::set message 'the runner ended before the app had a result: see the log'
    status::set reason LOST
  fi
  status::set ended "$(clock::iso)"
  if [[ ${state} == SUCCEEDED ]]; then
    status::set message 'the app ran and its output was uploaded'
    log::info 'job succeeded'
  else
    log::error "job failed: $(status::value reason): $(status::value message)"
  fi
  ending::push_logs
  if status::push "${state}" "$(deadline::upload_seconds)"; then : >"${DONE_FILE}"; else
    ending::withdraw "$?"
  fi
}

# Whether the record is ours to write, and not written yet.
ending::is_owed() { [[ -f ${CLAIM_FILE} && ! -f ${SUPERSEDED_FILE} && ! -f ${DONE_FILE} ]]; }

ending::push_logs() {
  local app_log
  app_log=$(output::app_log_file)
  if [[ -n ${app_log} ]]; then
    s3::upload "$(output::app_log_key)" "${app_log}" 'text/plain; charset=utf-8' "$(ending::log_seconds)" ||
      log::warn 'the app log could not be uploaded'
  fi
  s3::upload "$(output::ec2_log_key)" "${EC2_LOG}" 'text/plain; charset=utf-8' "$(ending::log_seconds)"
}

# Enough for a log of many gigabytes, and not all of what is left: the status comes after it.
ending::log_seconds() {
  local seconds
  seconds=$(deadline::upload_seconds)
  printf '%d' "$((seconds < 600 ? seconds : 600))"
}

# An upload of the same job that was taken over from may have put its output there after we cleared it.
ending::drop_lost_output() { if [[ ! -f ${OUTPUT_IS_UP_FILE} ]]; then output::clear; fi; }

# The status object turned out to be another's: what we uploaded under the job's names is not its.
ending::withdraw() {
  (($1 == 3)) || {
    log::error 'the final status could not be written'
    return 0
  }
  : >"${SUPERSEDED_FILE}"
  output::withdraw
}

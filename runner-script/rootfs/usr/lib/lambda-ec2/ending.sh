# The end of every job, however it came: output, logs, final status. Each upload is bounded in time, and the instance is
# powered off whatever happens here.
# shellcheck shell=bash

readonly DONE_FILE=${STATE_DIR}/done

ending::finish() {
  local state=FAILED
  # The end is bounded by the deadline; a second TERM must not cut it short.
  trap '' TERM INT
  set +e
  live_logs::stop
  app::stop
  bounded::stop_all
  credentials::forget
  [[ -f ${CLAIM_FILE} && ! -f ${SUPERSEDED_FILE} && ! -f ${DONE_FILE} ]] || return 0
  disk::drop_ballast
  if [[ -f ${APP_RESULT_FILE} ]]; then phase::run output output::upload; fi
  ending::drop_lost_output
  # Only what is known to have gone well counts: a runner that ended early left no reason either.
  if [[ ! -f ${STATE_DIR}/output-is-up ]]; then
    status::fail_unless_failed LOST 'the runner ended before the app had a result: see the log'
  fi
  status::failed || state=SUCCEEDED
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

ending::push_logs() {
  local app_log
  app_log=$(output::app_log_file)
  if [[ -n ${app_log} ]]; then
    s3::upload "$(output::app_log_key)" "${app_log}" 'text/plain; charset=utf-8' 60 ||
      log::warn 'the app log could not be uploaded'
  fi
  s3::upload "$(output::ec2_log_key)" "${EC2_LOG}" 'text/plain; charset=utf-8' 60
}

# An upload of the same job that was taken over from may have put its output there after we cleared it.
ending::drop_lost_output() { if [[ ! -f ${STATE_DIR}/output-is-up ]]; then output::clear; fi; }

# The status object turned out to be another's: what we uploaded under the job's names is not its.
ending::withdraw() {
  (($1 == 3)) || {
    log::error 'the final status could not be written'
    return 0
  }
  log::warn 'a newer upload of this job has taken over: its outputs stand'
  if [[ -f ${STATE_DIR}/output-is-up ]]; then output::clear; fi
}

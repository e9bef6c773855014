# All parts of the runner, and what every one of its commands does first.
# shellcheck shell=bash

for part in paths contract clock log json imds job-line aws s3 phase status restart claim settings deadline bounded credentials \
  source environment within-app input disk app output live-logs ending; do
  # shellcheck disable=SC1090
  source "${LIB}/${part}.sh"
done

# Reads who we are and which job we have. Ends the command when that is not to be known.
job::open() {
  local document launched
  umask 022
  mkdir -p "${STATUS_DIR}" "${WORK_DIR}" "${APP_HOME}" "${TMP_DIR}"
  chmod 700 "${STATE_DIR}"
  chmod 1777 "${TMP_DIR}"
  log::to_file "${EC2_LOG}"
  document=$(imds::get dynamic/instance-identity/document) || {
    log::error 'the instance identity cannot be read'
    exit 1
  }
  INSTANCE_ID=$(json::field instanceId <<<"${document}")
  INSTANCE_REGION=$(json::field region <<<"${document}")
  aws::locate
  job_line::parse "$(<"${JOB_LINE_FILE}")" || {
    log::error "the job line cannot be read: $(<"${JOB_LINE_FILE}")"
    exit 1
  }
  restart::note_boot
  [[ ! -f ${STATUS_DIR}/job_id ]] || return 0
  disk::add_ballast
  launched=$(json::field pendingTime <<<"${document}")
  status::set job_id "${JOB_ID}"
  status::set attempt "${JOB_ATTEMPT}"
  status::set input_version "${JOB_VERSION}"
  status::set input_sequencer "${JOB_SEQUENCER}"
  status::set instance_id "${INSTANCE_ID}"
  status::set instance_type "$(json::field instanceType <<<"${document}")"
  status::set image_id "$(json::field imageId <<<"${document}")"
  status::set template_version "$(imds::tag aws:ec2launchtemplate:version || :)"
  status::set price_per_hour "$(imds::tag price_per_hour || :)"
  status::set message 'the job runs'
  status::set started "$(clock::iso)"
  status::set launched_epoch "$(date --date="${launched:-now}" +%s)"
  job::record_boot "${launched}"
  log::info "job ${JOB_ID}: input s3://${JOB_BUCKET}/${JOB_KEY} version ${JOB_VERSION:-none}, attempt ${JOB_ATTEMPT}, instance ${INSTANCE_ID}"
}

# Somebody ends the instance, or a newer upload has taken over. Whatever runs is stopped, so that the command that waits for
# it fails and the job ends by the usual way: bash must not exit from within a trap that interrupted a wait, because a wait
# in the EXIT trap may then never return.
job::interrupt() {
  status::fail INTERRUPTED 'the instance was shut down while the job ran'
  deadline::hurry
  bounded::stop_all
}

# From EC2's acceptance of the launch to the runner's first line.
job::record_boot() {
  local seconds=$(($(date +%s) - $(status::value launched_epoch)))
  [[ -z $1 ]] || phase::record boot "$1" "$((seconds > 0 ? seconds : 0))"
}

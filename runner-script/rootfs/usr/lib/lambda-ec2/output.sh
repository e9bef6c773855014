# What the job leaves behind: the output and the app's own log.
# shellcheck shell=bash

output::zip_key() { printf '%s%s%s' "${OUTPUT_PREFIX}" "${JOB_ID}" "${OUTPUT_SUFFIX}"; }
output::app_log_key() { printf '%s%s%s' "${OUTPUT_PREFIX}" "${JOB_ID}" "${APP_LOG_SUFFIX}"; }
output::ec2_log_key() { printf '%s%s%s' "${OUTPUT_PREFIX}" "${JOB_ID}" "${EC2_LOG_SUFFIX}"; }

# Takes away what an earlier run of the same job id left, so that it never passes for this run's. In a versioned bucket it
# stays as an older version.
output::clear() {
  local key code
  for key in "$(output::zip_key)" "$(output::app_log_key)"; do
    code=$(s3::retry 30 s3::head "${key}" /dev/null)
    [[ ${code} == 200 ]] || continue
    code=$(s3::retry 30 s3::delete "${key}")
    [[ ${code} == 204 || ${code} == 200 ]] || log::warn "an earlier ${key} could not be removed: S3 answered ${code}"
  done
}

# Whether a zip file is whole: its end record is there.
output::is_whole_zip() {
  tail -c 65558 "$1" | LC_ALL=C grep --quiet --text --perl-regexp 'PK\x05\x06'
}

# Uploads the output if the app made a whole one. Sets the reason when a job that otherwise succeeded has none.
output::upload() {
  local name=${SETTING[app_out_zip]} file
  file=${APP_DIR}/${name}
  if [[ ! -e ${file} && ! -L ${file} ]]; then
    status::fail_unless_failed NO_OUTPUT "the app wrote no ${name}: write it there, or set app_out_zip to where it is written"
  elif [[ -L ${file} || ! -f ${file} ]]; then
    status::fail_unless_failed NO_OUTPUT "${name} is not a regular file: the app must write a zip file there"
  elif [[ ! -s ${file} ]]; then
    status::fail_unless_failed NO_OUTPUT "the app wrote an empty ${name}"
  elif ! output::is_whole_zip "${file}"; then
    status::fail_unless_failed NO_OUTPUT "${name} is not a whole zip file"
  elif s3::upload "$(output::zip_key)" "${file}" application/zip "$(deadline::upload_seconds)"; then
    log::info "output: $(stat --format=%s "${file}") bytes are at s3://${JOB_BUCKET}/$(output::zip_key)"
    : >"${STATE_DIR}/output-is-up"
  else
    status::fail UPLOAD_FAILED "${name} could not be uploaded to s3://${JOB_BUCKET}/$(output::zip_key)"
  fi
}

# The app's own log file, or nothing when it wrote none.
output::app_log_file() {
  local file=${APP_DIR}/${SETTING[app_log]:-}
  if [[ -n ${SETTING[app_log]:-} && -f ${file} && ! -L ${file} ]]; then printf '%s' "${file}"; fi
}

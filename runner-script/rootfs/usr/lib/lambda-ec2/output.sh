# What the job leaves behind: the output and the app's own log.
# shellcheck shell=bash

# Its content is the version id that the upload got, empty in a bucket without versions.
readonly OUTPUT_IS_UP_FILE=${STATE_DIR}/output-is-up

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
  # Counted, because a grep that ends at the first match would leave tail with a broken pipe.
  (($(tail -c 65558 "$1" | LC_ALL=C grep --text --count --perl-regexp 'PK\x05\x06') > 0))
}

# Uploads the output if the app made a whole one. Sets the reason when a job that otherwise succeeded has none.
output::upload() {
  local name=${SETTING[app_out_zip]} file
  if ! file=$(within_app::locate "${name}") || [[ ! -e ${file} && ! -L ${file} ]]; then
    status::fail_unless_failed NO_OUTPUT "the app wrote no ${name}: write it there, or set app_out_zip to where it is written"
  elif [[ -L ${file} || ! -f ${file} ]]; then
    status::fail_unless_failed NO_OUTPUT "${name} is not a regular file: the app must write a zip file there"
  elif [[ ! -s ${file} ]]; then
    status::fail_unless_failed NO_OUTPUT "the app wrote an empty ${name}"
  elif ! output::is_whole_zip "${file}"; then
    status::fail_unless_failed NO_OUTPUT "${name} is not a whole zip file"
  elif s3::upload "$(output::zip_key)" "${file}" application/zip "$(deadline::upload_seconds)"; then
    log::info "output: $(stat --format=%s "${file}") bytes are at s3://${JOB_BUCKET}/$(output::zip_key)"
    output::note_version "${file}"
  else
    status::fail UPLOAD_FAILED "${name} could not be uploaded to s3://${JOB_BUCKET}/$(output::zip_key)"
  fi
}

# The AWS CLI does not say which version an upload became, so the object is asked.
output::note_version() {
  local headers=${STATE_DIR}/output-headers version=
  if [[ $(s3::retry 30 s3::head "$(output::zip_key)" "${headers}") == 200 &&
    $(s3::header content-length <"${headers}") == "$(stat --format=%s "$1")" ]]; then
    version=$(s3::header x-amz-version-id <"${headers}")
  fi
  printf '%s' "${version}" >"${OUTPUT_IS_UP_FILE}"
}

# A newer upload has taken over. If our output got in before we saw it, our version goes, and the newer run's is the
# current one again; in a bucket without versions there is none under it, and an old output must not pass for a new one.
output::withdraw() {
  local version
  log::warn 'a newer upload of this job has taken over: its outputs stand'
  [[ -f ${OUTPUT_IS_UP_FILE} ]] || return 0
  version=$(<"${OUTPUT_IS_UP_FILE}")
  s3::retry 30 s3::delete "$(output::zip_key)" "${version}" >/dev/null
  rm -f "${OUTPUT_IS_UP_FILE}"
}

# The app's own log file, or nothing when it wrote none.
output::app_log_file() {
  local file
  if file=$(within_app::locate "${SETTING[app_log]:-}") && [[ -f ${file} && ! -L ${file} ]]; then printf '%s' "${file}"; fi
}

# The uploaded input: exactly the version that started this job, even when the same key was uploaded again since.
# shellcheck shell=bash

readonly INPUT_LIMIT_SECONDS=3600
readonly INPUT_HEADERS=${STATE_DIR}/input-headers

input::url() {
  local url
  url=$(s3::url "${JOB_KEY}")
  [[ -z ${JOB_VERSION} ]] || url+="?versionId=$(job_line::encode "${JOB_VERSION}")"
  printf '%s' "${url}"
}

# One request for a small object. Prints the HTTP status, or `large` without having read the body.
input::get_small() {
  local code result=0
  aws::refresh_credentials || :
  code=$(curl --silent --connect-timeout 5 --max-time 60 --max-filesize "${SMALL_BYTES}" --config "${CREDENTIALS_FILE}" \
    --aws-sigv4 "aws:amz:${REGION}:s3" --header "x-amz-content-sha256: ${EMPTY_SHA256}" --output "${INPUT_FILE}" \
    --dump-header "${INPUT_HEADERS}" --write-out '%{http_code}' "$(input::url)") || result=$?
  case ${result} in
    0) printf '%s' "${code}" ;;
    # CURLE_FILESIZE_EXCEEDED
    63) printf large ;;
    *) printf 000 ;;
  esac
}

# Whether the disk has room for it, which is better known before the download than after it.
input::fits() {
  local size free
  size=$(s3::header content-length <"${INPUT_HEADERS}")
  free=$(df --output=avail --block-size=1 "${WORK_DIR}" | tail -n 1)
  if [[ ${size} =~ ^[0-9]+$ ]] && ((size > free)); then
    status::fail DISK_FULL "the input has $((size >> 20)) MiB and the disk has room for $((free >> 20)): raise volume_size_gib"
    return 1
  fi
}

input::get_large() {
  local -a version=()
  [[ -z ${JOB_VERSION} ]] || version=(--version-id "${JOB_VERSION}")
  local try
  for try in 1 2 3; do
    if bounded::run "$(deadline::remaining "${INPUT_LIMIT_SECONDS}")" aws s3api get-object --bucket "${JOB_BUCKET}" \
      --key "${JOB_KEY}" "${version[@]}" "${INPUT_FILE}" >/dev/null; then return 0; fi
    if deadline::has_passed; then return 1; fi
    log::warn "download ${try} of 3 failed"
    sleep $((try * 2))
  done
  return 1
}

input::download() {
  local code magic
  code=$(s3::retry "$(deadline::remaining 120)" input::get_small)
  if [[ ${code} == large ]]; then
    input::fits || return 1
    if input::get_large; then code=200; else code=000; fi
  fi
  if [[ ${code} != 200 ]]; then
    if deadline::has_passed; then
      status::fail TIMED_OUT "downloading the input was not done when ec2_timeout (${SETTING[ec2_timeout]}) ended"
    else
      status::fail INPUT_UNREADABLE "s3://${JOB_BUCKET}/${JOB_KEY} cannot be read (S3 answered ${code}): upload it again"
    fi
    return 1
  fi
  IFS= read -r -N 2 magic <"${INPUT_FILE}" || :
  if [[ ${magic} != PK ]]; then
    status::fail INPUT_UNREADABLE "s3://${JOB_BUCKET}/${JOB_KEY} is not a zip file: upload one"
    return 1
  fi 2>/dev/null
  log::info "input: $(stat --format=%s "${INPUT_FILE}") bytes"
}

# Moves the input to where the app expects it.
input::place() {
  local target
  if ! target=$(within_app::make_room "${SETTING[app_in_zip]}") || [[ -d ${target} ]]; then
    status::fail BAD_SETTINGS "app_in_zip '${SETTING[app_in_zip]}' is not a place for a file inside the app"
    return 1
  fi
  rm -f "${target}"
  mv "${INPUT_FILE}" "${target}"
}

# Objects. Small ones go through one signed curl request, large ones through the AWS CLI, which splits and retries them.
# shellcheck shell=bash

# Where one request stops being quicker than the AWS CLI's start-up plus its parallel parts.
readonly SMALL_BYTES=8388608
readonly UPLOAD_TRIES=12
readonly EMPTY_SHA256=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855

s3::url() { printf '%s/%s/%s' "$(aws::endpoint s3)" "${JOB_BUCKET}" "$(job_line::encode "$1")"; }

# s3::retry SECONDS COMMAND...: runs a command that prints an HTTP status until the status is an answer, not a fault of
# the service or the network. Prints the last status.
s3::retry() {
  local give_up=$(($(clock::seconds) + $1)) pause=1 code renewed=0
  shift
  while :; do
    code=$("$@")
    case ${code} in
      000 | 408 | 409 | 429 | 5??) ;;
      # Expired or not yet visible credentials look like this too: one more try, with new ones.
      400 | 401 | 403)
        ((renewed++ == 0)) || {
          printf '%s' "${code}"
          return 0
        }
        aws::distrust_credentials
        ;;
      *)
        printf '%s' "${code}"
        return 0
        ;;
    esac
    if (($(clock::seconds) + pause > give_up)); then
      printf '%s' "${code}"
      return 0
    fi
    sleep "${pause}"
    pause=$((pause < 8 ? pause * 2 : 15))
  done
}

# s3::head KEY HEADERS_FILE: prints the HTTP status.
s3::head() {
  aws::curl s3 --head --output /dev/null --dump-header "$2" --header "x-amz-content-sha256: ${EMPTY_SHA256}" "$(s3::url "$1")"
}

# s3::get KEY FILE HEADERS_FILE: prints the HTTP status.
s3::get() {
  aws::curl s3 --output "$2" --dump-header "$3" --header "x-amz-content-sha256: ${EMPTY_SHA256}" "$(s3::url "$1")"
}

# s3::delete KEY [VERSION_ID]: prints the HTTP status.
s3::delete() {
  local url
  url=$(s3::url "$1")
  [[ -z ${2:-} ]] || url+="?versionId=$(job_line::encode "$2")"
  aws::curl s3 --request DELETE --output /dev/null --header "x-amz-content-sha256: ${EMPTY_SHA256}" "${url}"
}

# s3::put KEY FILE CONTENT_TYPE HEADERS_FILE [CURL_ARGUMENTS...]: one request; prints the HTTP status.
s3::put() {
  local key=$1 file=$2 type=$3 headers=$4 sum
  shift 4
  sum=$(sha256sum <"${file}")
  aws::curl s3 --output /dev/null --dump-header "${headers}" --upload-file "${file}" --header "content-type: ${type}" \
    --header "x-amz-content-sha256: ${sum%% *}" "$@" "$(s3::url "${key}")"
}

# s3::upload KEY FILE CONTENT_TYPE SECONDS: a file of any size; fails when it is not up within the time.
s3::upload() {
  local key=$1 file=$2 type=$3 seconds=$4 snapshot=${STATE_DIR}/upload.${BASHPID} size give_up try
  size=$(stat --dereference --format=%s "${file}") || return 1
  if ((size <= SMALL_BYTES)); then
    # A log may grow between its sum and its upload.
    cp "${file}" "${snapshot}" || return 1
    local code
    code=$(AWS_MAX_TIME=$((seconds < 60 ? seconds : 60)) s3::retry "${seconds}" \
      s3::put "${key}" "${snapshot}" "${type}" /dev/null)
    rm -f "${snapshot}"
    [[ ${code} == 200 ]] || {
      log::error "uploading ${key}: S3 answered ${code}"
      return 1
    }
    return 0
  fi
  give_up=$(($(clock::seconds) + seconds))
  # About six minutes of an outage; a refusal, which looks the same from here, must not hold the instance for hours.
  for ((try = 1; try <= UPLOAD_TRIES; try++)); do
    seconds=$((give_up - $(clock::seconds)))
    if ((seconds <= 0)) || [[ -f ${SUPERSEDED_FILE:-} ]]; then return 1; fi
    if bounded::run "${seconds}" aws s3 cp --only-show-errors --content-type "${type}" \
      "${file}" "s3://${JOB_BUCKET}/${key}" >&2; then return 0; fi
    log::warn "uploading ${key}: try ${try} of ${UPLOAD_TRIES} failed"
    sleep "$((try * try < 60 ? try * try : 60))"
  done
  return 1
}

# s3::header NAME <HEADERS: a response header's value.
s3::header() {
  local name value
  while IFS=: read -r name value; do
    if [[ ${name,,} == "$1" ]]; then
      value=${value%$'\r'}
      printf '%s' "${value# }"
      return 0
    fi
  done
}

# {job_id}_status.json. Its fields are files on tmpfs, so that whoever comes after a killed runner can still write the
# record, and the object itself is only ever replaced by its owner: every write is conditional on the ETag of the last.
# shellcheck shell=bash

status::set() { printf '%s' "$2" >"${STATUS_DIR}/$1"; }

status::value() { if [[ -f ${STATUS_DIR}/$1 ]]; then printf '%s' "$(<"${STATUS_DIR}/$1")"; fi; }

# status::fail REASON MESSAGE: notes why the job failed. The first reason stands: what follows is its consequence.
status::fail() {
  local reason=$1 message=$2
  case ${reason} in
    CLONE_FAILED | REQUIREMENTS_FAILED | INPUT_UNREADABLE | APP_FAILED)
      # A full disk explains whatever else went wrong.
      if disk::is_full || [[ ${message} == *'No space left on device'* ]]; then
        log::error "${reason}: ${message}"
        reason=DISK_FULL message='the disk is full: raise volume_size_gib or make the app write less'
      fi
      ;;
  esac
  if (set -o noclobber && : >"${STATUS_DIR}/reason.lock") 2>/dev/null; then
    status::set message "${message}"
    status::set reason "${reason}"
  fi
  log::error "${reason}: ${message}"
}

status::failed() { [[ -f ${STATUS_DIR}/reason ]]; }

status::key() { printf '%s%s%s' "${OUTPUT_PREFIX}" "${JOB_ID}" "${STATUS_SUFFIX}"; }

# status::compose STATE: the whole object, on standard output.
status::compose() {
  local name
  printf '{\n'
  for name in job_id git_commit python image_id instance_id instance_type template_version \
    input_version input_sequencer started ended reason; do
    printf '  "%s": %s,\n' "${name}" "$(json::string_or_null "$(status::value "${name}")")"
  done
  printf '  "message": %s,\n' "$(json::string "$(status::value message)")"
  printf '  "state": "%s",\n' "$1"
  printf '  "updated": "%s",\n' "$(clock::iso)"
  printf '  "attempt": %s,\n' "$(json::number_or_null "$(status::value attempt)")"
  printf '  "exit_code": %s,\n' "$(json::number_or_null "$(status::value exit_code)")"
  printf '  "cost_estimate_usd": %s,\n' "$(json::number_or_null "$(status::cost)")"
  printf '  "packages": %s,\n' "$(status::value packages | json::array)"
  printf '  "phases": %s\n}\n' "$(phase::json)"
}

# What the instance's running time costs by the price that the settings give; empty when they give none. EC2 bills
# Linux instances by the second, with a minimum of 60 (https://aws.amazon.com/ec2/pricing/on-demand/).
status::cost() {
  local price seconds whole fraction
  price=$(status::value price_per_hour)
  [[ ${price} =~ ^([0-9]{1,4})(\.([0-9]{1,6}))?$ ]] || return 0
  whole=${BASH_REMATCH[1]}
  fraction=${BASH_REMATCH[3]}000000
  seconds=$(($(date +%s) - $(status::value launched_epoch)))
  ((seconds >= 60)) || seconds=60
  local micros=$(((10#${whole} * 1000000 + 10#${fraction:0:6}) * seconds / 3600))
  printf '%d.%06d' "$((micros / 1000000))" "$((micros % 1000000))"
}

# status::write STATE CURL_ARGUMENTS...: one conditional write; prints the HTTP status and keeps the new ETag.
status::write() {
  local state=$1 file=${STATE_DIR}/status.${BASHPID} code
  shift
  # What an app or git said may be cut in the middle of a character or be none at all; readers of JSON want UTF-8.
  status::compose "${state}" | { iconv -c -f UTF-8 -t UTF-8 2>/dev/null || cat; } >"${file}"
  code=$(s3::put "$(status::key)" "${file}" application/json "${file}.headers" "$@")
  if [[ ${code} == 200 ]]; then s3::header etag <"${file}.headers" >"${ETAG_FILE}"; fi
  rm -f "${file}" "${file}.headers"
  printf '%s' "${code}"
}

# status::push STATE SECONDS: replaces our own object. Fails when it cannot be written; returns 3 when the object is no
# longer ours: a newer upload of this job has taken over.
status::push() {
  local state=$1 seconds=$2 code condition race
  condition="If-Match: $(<"${ETAG_FILE}")"
  for race in 1 2 3 4 5; do
    code=$(s3::retry "${seconds}" status::write "${state}" --header "${condition}")
    [[ ${code} != 200 ]] || return 0
    [[ ${code} == 412 || ${code} == 404 ]] || return 1
    : "${race}"
    # An answer may have been lost after the write: then the object is ours, with an ETag that we do not know. An object
    # that somebody removed is nobody's.
    if claim::is_ours; then
      condition="If-Match: $(<"${ETAG_FILE}")"
    elif [[ ${CLAIM_CODE} == 404 ]]; then
      condition='If-None-Match: *'
    elif [[ ${CLAIM_CODE} == 200 ]]; then
      return 3
    else
      return 1
    fi
  done
  return 1
}

# A reason that counts only when nothing else went wrong before.
status::fail_unless_failed() { status::failed || status::fail "$@"; }

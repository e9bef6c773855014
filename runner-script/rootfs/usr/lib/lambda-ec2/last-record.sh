# A record without an interpreter: the least that lambda/guard and a person need to know. Needs last-resort.sh, and in
# END the seconds of uptime at which it is to be over.
# shellcheck shell=bash disable=SC2154

# As contract/keys.ts has them. A job line's keys are percent-encoded, and are sent as they are.
readonly INPUT_PREFIX=app_runner/input/
readonly OUTPUT_PREFIX=app_runner/output/
readonly OUTPUT_SUFFIX=.zip
readonly EC2_LOG_SUFFIX=_ec2.log
readonly STATUS_SUFFIX=_status.json

readonly LOG_BYTES=8388608
readonly ANSWER_SECONDS=5
# At least, also where the clock says that there is no time left: most of what is tried ends within a second.
readonly LEAST_SECONDS=3

# read_left REST: sets LEFT to the seconds until END, but for REST.
read_left() {
  local UPTIME
  read_uptime
  LEFT=$((END - UPTIME - $1))
  ((LEFT >= LEAST_SECONDS)) || LEFT=${LEAST_SECONDS}
}

# last_record: the status, then the log: under a record that is another's the log is its as well.
last_record() {
  local bucket path query id region domain role credentials instance_id encryption payer etag='' condition='if-none-match: *'
  # Beside the state, on tmpfs; on the disk when that is full.
  local work
  work=$(mktemp -d "${STATE_DIR}/last.XXXXXX") || work=$(mktemp -d) || return 1
  read_job_line && read_instance || return 1
  # Ours when it was claimed; else only where nobody has written one.
  if [[ -f ${STATE_DIR}/status-etag ]]; then etag=$(<"${STATE_DIR}/status-etag"); fi
  [[ -z ${etag} ]] || condition="if-match: ${etag}"
  write_log >"${work}/log"
  write_status >"${work}/status"
  put "${OUTPUT_PREFIX}${id}${STATUS_SUFFIX}" "${work}/status" application/json "${condition}" || return 1
  : >"${DONE_FILE}"
  put "${OUTPUT_PREFIX}${id}${EC2_LOG_SUFFIX}" "${work}/log" 'text/plain; charset=utf-8'
}

# Sets bucket, path, query and id.
read_job_line() {
  local line
  IFS= read -r line <"${JOB_LINE_FILE}" || [[ -n ${line} ]] || return 1
  [[ ${line} =~ ^"${JOB_LINE_PREFIX}"s3://([a-z0-9.-]+)/([A-Za-z0-9._~/%-]+)(\?([A-Za-z0-9._~%=\&-]*))?$ ]] || return 1
  bucket=${BASH_REMATCH[1]} path=${BASH_REMATCH[2]} query=${BASH_REMATCH[4]:-}
  [[ ${path} == "${INPUT_PREFIX}"?*"${OUTPUT_SUFFIX}" ]] || return 1
  id=${path#"${INPUT_PREFIX}"}
  id=${id%"${OUTPUT_SUFFIX}"}
  if [[ ${id} =~ ^template(=|%3D)[0-9]+/(.+)$ ]]; then id=${BASH_REMATCH[2]}; fi
}

# Sets region, domain, instance_id, credentials, and what the bucket demands: encryption and payer.
read_instance() {
  local document file=${work}/imds
  imds_get dynamic/instance-identity/document "${file}" "${ANSWER_SECONDS}" || return 1
  document=$(<"${file}")
  region=$(field region "${document}") instance_id=$(field instanceId "${document}")
  if imds_get meta-data/services/domain "${file}" "${ANSWER_SECONDS}"; then domain=$(<"${file}"); else domain=amazonaws.com; fi
  imds_get meta-data/iam/security-credentials/ "${file}" "${ANSWER_SECONDS}" || return 1
  role=$(<"${file}")
  imds_get "meta-data/iam/security-credentials/${role%%$'\n'*}" "${file}" "${ANSWER_SECONDS}" || return 1
  document=$(<"${file}")
  rm -f "${file}"
  encryption=$(tag bucket_encryption) payer=$(tag bucket_request_payer)
  printf -v credentials 'user = "%s:%s"\nheader = "x-amz-security-token: %s"\n' "$(field AccessKeyId "${document}")" \
    "$(field SecretAccessKey "${document}")" "$(field Token "${document}")"
}

# tag NAME: of the instance; nothing when it has none, or one that is no value of these.
tag() {
  local value file=${work}/tag
  if ! imds_get "meta-data/tags/instance/$1" "${file}" "${ANSWER_SECONDS}"; then return; fi
  value=$(<"${file}")
  if [[ ${value} =~ ^[A-Za-z0-9:/_-]+$ ]]; then printf '%s' "${value}"; fi
}

# field NAME JSON: a string whose value holds no quotes.
field() { if [[ $2 =~ \"$1\"[[:space:]]*:[[:space:]]*\"([^\"]*)\" ]]; then printf '%s' "${BASH_REMATCH[1]}"; fi; }

# parameter NAME: of the job line, decoded.
parameter() { if [[ "&${query}&" =~ \&$1=([^\&]*)\& ]]; then decode "${BASH_REMATCH[1]}"; fi; }

# A literal backslash must not become an escape.
decode() {
  local text=${1//\\/\\\\}
  printf '%b' "${text//%/\\x}"
}

quoted() {
  local text=${1//\\/\\\\}
  printf '"%s"' "${text//\"/\\\"}"
}

quoted_or_null() { if [[ -n $1 ]]; then quoted "$1"; else printf null; fi; }

write_status() {
  local attempt
  attempt=$(parameter attempt)
  printf '{\n  "job_id": %s,\n' "$(quoted "$(decode "${id}")")"
  printf '  "state": "FAILED",\n  "reason": "LOST",\n'
  printf '  "message": "the runner could not be run on this image (%s): see the log, and bake again",\n' "${SERVICE_RESULT:-unknown}"
  printf '  "exit_code": null,\n  "attempt": %s,\n' "${attempt:-1}"
  printf '  "instance_id": %s,\n' "$(quoted_or_null "${instance_id}")"
  printf '  "input_key": %s,\n' "$(quoted "$(decode "${path}")")"
  printf '  "input_version": %s,\n' "$(quoted_or_null "$(parameter versionId)")"
  printf '  "input_sequencer": %s,\n' "$(quoted_or_null "$(parameter sequencer)")"
  TZ=UTC printf '  "updated": "%(%Y-%m-%dT%H:%M:%SZ)T"\n}\n' -1
}

# What the runner had written, and what systemd heard of it.
write_log() {
  tail -c "${LOG_BYTES}" "${ROOT}/var/lib/lambda-ec2/ec2.log" 2>/dev/null
  TZ=UTC printf '%(%Y-%m-%dT%H:%M:%SZ)T the runner could not be run; what the system has noted of it:\n' -1
  timeout 5 journalctl --no-pager --unit=lambda-ec2-runner.service --lines=100 2>&1
}

# put KEY FILE TYPE [HEADER]: one object. The key is encoded already.
put() {
  local endpoint=${AWS_ENDPOINT_URL_S3:-${AWS_ENDPOINT_URL:-https://s3.${region}.${domain}}} sum code LEFT
  local -a headers=(--header "content-type: $3")
  [[ -z ${4:-} ]] || headers+=(--header "$4")
  sum=$(sha256sum <"$2")
  # A bucket with Object Lock takes nothing without a checksum: the same in base64.
  # shellcheck disable=SC2001
  headers+=(--header "x-amz-checksum-sha256: $(printf '%b' "$(sed 's/../\\x&/g' <<<"${sum%% *}")" | base64)")
  [[ -z ${encryption} ]] || headers+=(--header "x-amz-server-side-encryption: ${encryption/#arn:*/aws:kms}")
  # curl before 8.10 signs these two in the wrong order (https://github.com/curl/curl/pull/14370).
  [[ ${encryption} != arn:* ]] || headers+=(--header "x-amz-server-side-encryption-aws-kms-key-id: ${encryption}")
  [[ ${payer} != true ]] || headers+=(--header 'x-amz-request-payer: requester')
  read_left 0
  # The credentials from standard input: on a command line they would be in the process list.
  code=$(timeout "${LEFT}" curl --silent --connect-timeout 5 --max-time 20 --retry 3 --config - \
    --aws-sigv4 "aws:amz:${region}:s3" --header "x-amz-content-sha256: ${sum%% *}" "${headers[@]}" --output /dev/null \
    --write-out '%{http_code}' --upload-file "$2" "${endpoint%/}/${bucket}/$1" <<<"${credentials}") || code=000
  [[ ${code} == 200 ]] && return 0
  say "S3 answered ${code} for $1"
  return 1
}

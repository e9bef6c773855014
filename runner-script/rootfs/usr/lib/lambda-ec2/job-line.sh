# The one line of user data that makes an instance a job's instance:
#   lambda-ec2-job: s3://BUCKET/KEY?versionId=V&sequencer=S&attempt=N
# shellcheck shell=bash disable=SC2034

job_line::decode() {
  # %41 becomes \x41 for printf; a literal backslash must not become an escape.
  local text=${1//\\/\\\\}
  printf '%b' "${text//%/\\x}"
}

# job_line::encode TEXT: percent-encodes all but RFC 3986's unreserved characters and /, as a URL's path needs it.
job_line::encode() {
  local LC_ALL=C text=$1 char encoded='' index
  for ((index = 0; index < ${#text}; index++)); do
    char=${text:index:1}
    case ${char} in
      [a-zA-Z0-9._~/-]) encoded+=${char} ;;
      *)
        printf -v char '%%%02X' "'${char}"
        # Bytes over 127 come out sign-extended.
        encoded+=%${char: -2}
        ;;
    esac
  done
  printf '%s' "${encoded}"
}

# Sets JOB_BUCKET, JOB_KEY (decoded), JOB_ID, JOB_VERSION, JOB_SEQUENCER and JOB_ATTEMPT, or fails.
job_line::parse() {
  local line=$1 pair query=
  line=${line%%$'\n'*}
  [[ ${line} == "${JOB_LINE_PREFIX}s3://"* ]] || return 1
  line=${line#"${JOB_LINE_PREFIX}s3://"}
  if [[ ${line} == *\?* ]]; then
    query=${line#*\?}
    line=${line%%\?*}
  fi
  [[ ${line} =~ ^([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/([A-Za-z0-9._~/%-]+)$ ]] || return 1
  JOB_BUCKET=${BASH_REMATCH[1]}
  JOB_KEY=$(job_line::decode "${BASH_REMATCH[2]}")
  JOB_VERSION=
  JOB_SEQUENCER=
  JOB_ATTEMPT=1
  local -a pairs
  IFS='&' read -r -a pairs <<<"${query}"
  for pair in "${pairs[@]}"; do
    [[ ${pair} =~ ^[a-zA-Z]+=[A-Za-z0-9._~%-]*$ ]] || return 1
    case ${pair} in
      versionId=*) JOB_VERSION=$(job_line::decode "${pair#*=}") ;;
      sequencer=*) JOB_SEQUENCER=$(job_line::decode "${pair#*=}") ;;
      attempt=*) JOB_ATTEMPT=${pair#*=} ;;
    esac
  done
  [[ ${JOB_ATTEMPT} =~ ^[1-9][0-9]{0,3}$ ]] || return 1
  job_line::job_id
}

job_line::job_id() {
  [[ ${JOB_KEY} == "${INPUT_PREFIX}"?*"${OUTPUT_SUFFIX}" ]] || return 1
  JOB_ID=${JOB_KEY#"${INPUT_PREFIX}"}
  JOB_ID=${JOB_ID%"${OUTPUT_SUFFIX}"}
  # The segment chose the launch template version; it is not part of the job's name.
  if [[ ${JOB_ID} =~ ^template=[0-9]+/(.+)$ ]]; then JOB_ID=${BASH_REMATCH[1]}; fi
  [[ -n ${JOB_ID} ]]
}

# Signed requests to AWS with curl: starting the AWS CLI costs about a second, which the small requests on the way to the
# app's first line cannot afford.
# shellcheck shell=bash

readonly CREDENTIALS_FILE=${STATE_DIR}/credentials
# IMDS shows new credentials five minutes before the old ones expire.
readonly CREDENTIALS_MAX_AGE=240

# Sets REGION and DOMAIN from the instance's own identity, once.
aws::locate() {
  REGION=${INSTANCE_REGION:?the instance identity is not read yet}
  DOMAIN=$(imds::get meta-data/services/domain) || DOMAIN=amazonaws.com
  export AWS_REGION=${REGION} AWS_DEFAULT_REGION=${REGION}
}

# aws::endpoint SERVICE: the URL requests for it go to; the standard variables of the AWS SDKs move it.
aws::endpoint() {
  local override=AWS_ENDPOINT_URL_${1^^} endpoint
  override=${override//-/_}
  endpoint=${!override:-${AWS_ENDPOINT_URL:-https://$1.${REGION}.${DOMAIN}}}
  printf '%s' "${endpoint%/}"
}

# Writes the instance role's credentials as a curl configuration: on a command line they would be in the process list.
aws::refresh_credentials() {
  local role document mine=${CREDENTIALS_FILE}.${BASHPID}
  if [[ -f ${CREDENTIALS_FILE} ]] &&
    (($(clock::file_age "${CREDENTIALS_FILE}") < CREDENTIALS_MAX_AGE)); then
    return 0
  fi
  role=$(imds::get meta-data/iam/security-credentials/) || return 1
  document=$(imds::get "meta-data/iam/security-credentials/${role%%$'\n'*}") || return 1
  (
    umask 077
    printf 'user = "%s:%s"\nheader = "x-amz-security-token: %s"\n' \
      "$(json::field AccessKeyId <<<"${document}")" \
      "$(json::field SecretAccessKey <<<"${document}")" \
      "$(json::field Token <<<"${document}")" >"${mine}"
  )
  mv -f "${mine}" "${CREDENTIALS_FILE}"
}

# Makes the next request ask for new credentials. The file stays, because another request may be about to read it.
aws::distrust_credentials() { touch --date=@0 "${CREDENTIALS_FILE}" 2>/dev/null || :; }

# aws::curl SERVICE CURL_ARGUMENTS...: prints the HTTP status, 000 when there was no answer.
# The body's SHA-256 header is the caller's, because curl before 8 does not add the one that S3 demands.
aws::curl() {
  local service=$1 code result=0
  shift
  aws::refresh_credentials || {
    printf 000
    return 0
  }
  code=$(curl --silent --connect-timeout 5 --max-time "${AWS_MAX_TIME:-60}" --speed-limit 1 --speed-time 30 \
    --config "${CREDENTIALS_FILE}" --aws-sigv4 "aws:amz:${REGION}:${service}" --write-out '%{http_code}' "$@") || result=$?
  # A body that broke off after its status line was read is no answer, and neither is "100 Continue".
  if ((result != 0)) && [[ ${code} == [12]?? ]]; then code=000; fi
  printf '%s' "${code:-000}"
}

# aws::json SERVICE TARGET BODY OUTPUT_FILE: one request of the AWS JSON protocol; prints the HTTP status.
aws::json() {
  local service=$1 target=$2 body=$3 output=$4
  aws::curl "${service}" --request POST --output "${output}" \
    --header "x-amz-target: ${target}" --header 'content-type: application/x-amz-json-1.1' \
    --header "x-amz-content-sha256: $(printf '%s' "${body}" | sha256sum | cut -d' ' -f1)" \
    --data-binary "${body}" "$(aws::endpoint "${service}")/"
}

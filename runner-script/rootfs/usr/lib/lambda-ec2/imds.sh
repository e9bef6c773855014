# What the instance knows of itself: the instance metadata service, version 2.
# shellcheck shell=bash

IMDS_ENDPOINT=${AWS_EC2_METADATA_SERVICE_ENDPOINT:-http://169.254.169.254}
IMDS_ENDPOINT=${IMDS_ENDPOINT%/}
readonly IMDS_ENDPOINT
readonly IMDS_TOKEN_FILE=${STATE_DIR}/imds-token

imds::curl() { curl --silent --noproxy '*' --connect-timeout 2 --max-time 5 "$@"; }

imds::token() {
  # Written beside and moved, because two phases may ask at once.
  local mine=${IMDS_TOKEN_FILE}.${BASHPID}
  imds::curl --fail --request PUT --header 'X-aws-ec2-metadata-token-ttl-seconds: 21600' \
    --output "${mine}" "${IMDS_ENDPOINT}/latest/api/token" || return 1
  # curl reads the header from the file, so that the token stays out of the process list.
  printf 'header = "X-aws-ec2-metadata-token: %s"\n' "$(<"${mine}")" >"${mine}.conf"
  mv -f "${mine}.conf" "${IMDS_TOKEN_FILE}"
  rm -f "${mine}"
}

# imds::get PATH: prints the answer. Returns 4 when there is no such thing, 1 when the service gives no answer within
# IMDS_WAIT_SECONDS: network-online.target does not promise a network, so the first answers may be late.
imds::get() {
  local path=$1 code give_up body
  give_up=$(($(clock::seconds) + ${IMDS_WAIT_SECONDS:-30}))
  body=$(mktemp "${STATE_DIR}/imds.XXXXXX")
  while :; do
    code=000
    if [[ -f ${IMDS_TOKEN_FILE} ]] || imds::token; then
      code=$(imds::curl --config "${IMDS_TOKEN_FILE}" --output "${body}" --write-out '%{http_code}' \
        "${IMDS_ENDPOINT}/latest/${path}") || code=000
    fi
    case ${code} in
      200)
        cat "${body}"
        rm -f "${body}"
        return 0
        ;;
      404)
        rm -f "${body}"
        return 4
        ;;
      401) rm -f "${IMDS_TOKEN_FILE}" ;;
    esac
    if (($(clock::seconds) >= give_up)); then
      rm -f "${body}"
      return 1
    fi
    sleep 0.5
  done
}

# imds::tag KEY [DEFAULT]: the value of an instance tag, the default when there is no such tag.
imds::tag() {
  local value
  if value=$(imds::get "meta-data/tags/instance/$1"); then printf '%s' "${value}"; else
    (($? == 4)) || return 1
    printf '%s' "${2:-}"
  fi
}

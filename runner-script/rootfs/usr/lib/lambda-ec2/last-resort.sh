# What the layers of the ending share that must work when no interpreter does. Nothing here needs one.
# shellcheck shell=bash disable=SC2034

# Empty on an instance.
readonly ROOT=${BASH_SOURCE[0]%/usr/lib/*}
readonly STATE_DIR=${ROOT}/run/lambda-ec2
readonly JOB_LINE_FILE=${STATE_DIR}/job-line
readonly NO_JOB_FILE=${STATE_DIR}/no-job
# Written by the runner: seconds of uptime.
readonly POWER_OFF_AT_FILE=${STATE_DIR}/power-off-at

# As contract/job-line.ts has it, without the location: a job line that is not well-formed makes a job's instance too.
readonly JOB_LINE_PREFIX='lambda-ec2-job: '

IMDS=${AWS_EC2_METADATA_SERVICE_ENDPOINT:-http://169.254.169.254}
readonly IMDS=${IMDS%/}

say() { TZ=UTC printf '%(%Y-%m-%dT%H:%M:%SZ)T %s\n' -1 "$*" >&2; }

# Sets UPTIME to the whole seconds since boot: the wall clock may be stepped.
read_uptime() {
  read -r UPTIME _ </proc/uptime
  UPTIME=${UPTIME%.*}
}

# What is left for a record when the machine should be off already, as runner/budget.py has it.
readonly LATE_SECONDS=25

# Sets POWER_OFF_AT to when the machine is to be off; empty as long as the runner has not said so.
read_power_off_at() {
  POWER_OFF_AT=''
  [[ -s ${POWER_OFF_AT_FILE} ]] || return 0
  read -r POWER_OFF_AT _ <"${POWER_OFF_AT_FILE}"
  # A number that is half written is none.
  [[ ${POWER_OFF_AT} =~ ^[0-9]+$ ]] || POWER_OFF_AT=''
}

# force_off WHY: at once. A power-off in order waits for units, each for as long as it is allowed to take, and one that
# is under way already would not be hurried by another.
force_off() {
  say "$1: powering off"
  systemctl poweroff --force --force
}

readonly IMDS_CURL=(curl --silent --noproxy '*' --connect-timeout 2 --max-time 5)

# imds_get PATH FILE SECONDS: the answer into a file. Returns 4 when there is no such thing, 1 when there is no answer
# within the time: network-online.target does not promise a network.
imds_get() {
  local path=$1 file=$2 give_up token code UPTIME
  read_uptime
  give_up=$((UPTIME + $3))
  while :; do
    code=000
    # By exec, which spares a process each.
    if token=$(exec "${IMDS_CURL[@]}" --fail --request PUT --header 'X-aws-ec2-metadata-token-ttl-seconds: 300' "${IMDS}/latest/api/token"); then
      # From standard input, so that the token is in no process list.
      code=$(exec "${IMDS_CURL[@]}" --header @- --output "${file}" --write-out '%{http_code} %{content_type}' "${IMDS}/latest/${path}" \
        <<<"X-aws-ec2-metadata-token: ${token}") || code=000
    fi
    case ${code} in
      # A page for people: of a proxy or a portal in its place.
      '200 text/html'*) ;;
      200*) return 0 ;;
      404*) return 4 ;;
    esac
    read_uptime
    ((UPTIME < give_up)) || return 1
    sleep 0.5
  done
}

# find_job SECONDS: puts the user data into JOB_LINE_FILE when it is a job's. Returns 4 when it is not, 1 when that is
# not to be known within the time.
find_job() {
  local line='' result=0 file=${STATE_DIR}/user-data
  imds_get user-data "${file}" "$1" || result=$?
  ((result == 0 || result == 4)) || return 1
  if ((result == 0)); then IFS= read -r line <"${file}" || :; fi
  if [[ ${line} != "${JOB_LINE_PREFIX}"* ]]; then
    : >"${NO_JOB_FILE}"
    return 4
  fi
  # The line alone counts. Whoever reads it is started afterwards.
  printf '%s\n' "${line}" >"${JOB_LINE_FILE}" || return 1
}

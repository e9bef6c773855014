# The app itself: an unprivileged process tree with a memory limit below the machine's, stopped at ec2_timeout, of which
# nothing is left when it ends.
# shellcheck shell=bash

readonly APP_USER=lambda-ec2-app
readonly APP_UNIT=lambda-ec2-app.service
# What the system and the runner need while the app takes all it can get.
readonly RESERVED_MEMORY_KIB=262144

app::memory_limit_kib() {
  local name total _
  read -r name total _ < <(grep '^MemTotal:' /proc/meminfo)
  : "${name}"
  # On a very small machine the reserve would leave nothing.
  if ((total > 4 * RESERVED_MEMORY_KIB)); then printf '%d' "$((total - RESERVED_MEMORY_KIB))"; else printf '%d' "$((total * 3 / 4))"; fi
}

app::user_exists() { ((EUID == 0)) && id -u "${APP_USER}" >/dev/null 2>&1; }

# What the app finds in its environment, as NAME=VALUE in APP_ENVIRONMENT. Credentials are not among it.
app::environment() {
  local name
  APP_ENVIRONMENT=(
    "PATH=${VENV}/bin:${PATH}" "VIRTUAL_ENV=${VENV}" "HOME=${APP_HOME}" LANG=C.UTF-8 PYTHONUNBUFFERED=1
    "LAMBDA_EC2_JOB_ID=${JOB_ID}" "LAMBDA_EC2_INPUT=${APP_DIR}/${SETTING[app_in_zip]}"
    "LAMBDA_EC2_OUTPUT=${APP_DIR}/${SETTING[app_out_zip]}" "LAMBDA_EC2_MAIN=${SETTING[app_main]}"
    "LAMBDA_EC2_MARK=${APP_MARK}" "AWS_REGION=${REGION}" "AWS_DEFAULT_REGION=${REGION}"
  )
  for name in TMPDIR AWS_ENDPOINT_URL; do [[ -z ${!name:-} ]] || APP_ENVIRONMENT+=("${name}=${!name}"); done
  if [[ ${SETTING[app_aws_access]} == true && -n ${AWS_EC2_METADATA_SERVICE_ENDPOINT:-} ]]; then
    APP_ENVIRONMENT+=("AWS_EC2_METADATA_SERVICE_ENDPOINT=${AWS_EC2_METADATA_SERVICE_ENDPOINT}")
  fi
}

app::run_in_unit() {
  local limit=$1 pair
  local -a options=(
    --property=Type=exec "--property=WorkingDirectory=${APP_DIR}" "--property=RuntimeMaxSec=${limit}"
    "--property=TimeoutStopSec=${STOP_SECONDS}" --property=KillMode=control-group
    "--property=MemoryMax=$(app::memory_limit_kib)K" --property=MemorySwapMax=0 --property=OOMPolicy=kill
    "--property=StandardOutput=append:${EC2_LOG}" "--property=StandardError=append:${EC2_LOG}"
    "--property=ExecStopPost=+${LIBEXEC}/app-result" --property=NoNewPrivileges=yes
  )
  if app::user_exists; then options+=("--property=User=${APP_USER}" "--property=Group=${APP_USER}"); fi
  # The instance role may read the repository's credential and every input, so the app gets it only on request.
  [[ ${SETTING[app_aws_access]} == true ]] || options+=("--property=IPAddressDeny=169.254.169.254 fd00:ec2::254")
  for pair in "${APP_ENVIRONMENT[@]}"; do options+=("--setenv=${pair}"); done
  systemd-run --quiet --wait --collect --unit="${APP_UNIT}" "${options[@]}" "${LIBEXEC}/app" >>"${EC2_LOG}" 2>&1 &
  wait "$!" || :
}

app::oom_kills() { grep --no-messages '^oom_kill ' /proc/vmstat || :; }

# Without systemd: a session of its own, and a mark in the environment that also finds those who left the session.
app::run_in_group() {
  local limit=$1 result=0 kills began
  kills=$(app::oom_kills)
  began=$(clock::centiseconds)
  # In the background, because a signal to the runner waits for whatever is in the foreground.
  (
    cd "${APP_DIR}" || exit 1
    bounded::run "${limit}" env -i "${APP_ENVIRONMENT[@]}" "${LIBEXEC}/app"
  ) >>"${EC2_LOG}" 2>&1 </dev/null &
  wait "$!" || result=$?
  app::kill_marked
  if ((result >= 124 && $(clock::centiseconds) - began >= limit * 100)); then
    printf 'timeout killed %d' "${result}" >"${APP_RESULT_FILE}"
  elif ((result == 137)) && [[ $(app::oom_kills) != "${kills}" ]]; then
    printf 'oom-kill killed KILL' >"${APP_RESULT_FILE}"
  elif ((result == 0)); then
    printf 'success exited 0' >"${APP_RESULT_FILE}"
  else
    printf 'exit-code exited %d' "${result}" >"${APP_RESULT_FILE}"
  fi
}

app::kill_marked() {
  local environment pid
  for environment in /proc/[0-9]*/environ; do
    if grep --quiet --no-messages --text --fixed-strings "LAMBDA_EC2_MARK=${APP_MARK}" "${environment}" 2>/dev/null; then
      pid=${environment#/proc/}
      kill -KILL "${pid%/environ}" 2>/dev/null || :
    fi
  done
}

# Ends the app, whoever started it: for the runner's own early end.
app::stop() {
  if systemd::is_here; then systemctl stop "${APP_UNIT}" >/dev/null 2>&1 || :; fi
  if [[ -f ${STATE_DIR}/app-mark ]]; then
    APP_MARK=$(<"${STATE_DIR}/app-mark")
    app::kill_marked
  fi
}

# Makes room for the output. What was in the repository under the names of the output and the log is not this job's.
app::clear_outputs() {
  local name file
  for name in app_out_zip app_log; do
    if ! { file=$(within_app::make_room "${SETTING[${name}]}") && rm -rf -- "${file}"; }; then
      status::fail BAD_SETTINGS "${name} '${SETTING[${name}]}' is not a place for a file inside the app"
      return 1
    fi
  done
}

app::run() {
  local limit
  VENV=$(<"${STATE_DIR}/venv")
  APP_MARK=${INSTANCE_ID}-${RANDOM}${RANDOM}
  printf '%s' "${APP_MARK}" >"${STATE_DIR}/app-mark"
  if [[ ! -f ${APP_DIR}/${SETTING[app_main]} ]]; then
    status::fail BAD_SETTINGS "the app has no file ${SETTING[app_main]}: check app_main and app_ref"
    return 1
  fi
  input::place && app::clear_outputs || return 1
  mkdir -p "${APP_HOME}"
  if app::user_exists; then chown -R "${APP_USER}:${APP_USER}" "${APP_DIR}" "${APP_HOME}"; fi
  app::environment
  limit=$(deadline::remaining)
  log::info "app: ${SETTING[app_main]} begins, ${limit} s are left of ec2_timeout"
  APP_SAYS_FROM=$(stat --format=%s -- "${EC2_LOG}") || APP_SAYS_FROM=0
  if systemd::is_here; then app::run_in_unit "${limit}"; else app::run_in_group "${limit}"; fi
  app::judge
}

# Prints the last line that the app itself left in the log.
app::last_line() {
  local said=$(($(stat --format=%s -- "${EC2_LOG}") - APP_SAYS_FROM))
  tail -c "$((said < 4096 ? said : 4096))" "${EC2_LOG}" | grep --text -v '^[[:space:]]*$' | tail -n 1 | cut -c1-300
}

# Turns the result into a reason. systemd's word alone is not enough: it takes an end by TERM, HUP, INT or PIPE for a clean
# one (systemd.service(5), SuccessExitStatus=), and says "timeout" too when the app was done long before its limit but a
# daemon that it left behind had to be killed.
app::judge() {
  local result code status last
  [[ -f ${APP_RESULT_FILE} ]] || {
    status::fail APP_FAILED 'the app could not be started: see the log'
    return 1
  }
  read -r result code status <"${APP_RESULT_FILE}" || :
  if [[ ${result} == timeout ]] && ! deadline::has_passed; then result=exit-code; fi
  if [[ ${result} == timeout ]]; then
    status::fail TIMED_OUT "the app was stopped at ec2_timeout (${SETTING[ec2_timeout]}): give it more time or less work"
    return 1
  fi
  [[ ${code} != exited ]] || status::set exit_code "${status}"
  if [[ ${result} != oom-kill && ${code} == exited && ${status} == 0 ]]; then return 0; fi
  last=$(app::last_line) || :
  case ${result} in
    oom-kill) status::fail OUT_OF_MEMORY 'the app used up the memory: choose a larger instance type or make it use less' ;;
    *)
      if [[ ${code} == killed || ${code} == dumped ]]; then
        status::fail APP_FAILED "the app was ended by signal ${status}: see the log"
      else
        status::fail APP_FAILED "the app ended with exit status ${status}${last:+; its last line: ${last}}"
      fi
      ;;
  esac
  return 1
}

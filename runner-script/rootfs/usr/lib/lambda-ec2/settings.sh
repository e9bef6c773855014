# The job's settings: the instance tags that came with the launch template version.
# shellcheck shell=bash

declare -A SETTING

# Reads every setting; all tags are asked for at once, in parallel.
settings::read() {
  local name directory=${STATE_DIR}/settings listed reader
  local -a readers=()
  mkdir -p "${directory}"
  listed=$(settings::listed) || {
    status::fail BAD_SETTINGS 'the instance shows no tags: the launch template version must set InstanceMetadataTags to enabled'
    return 1
  }
  for name in "${SETTING_NAMES[@]}"; do
    if grep --quiet --line-regexp --fixed-strings -- "${name}" <<<"${listed}"; then
      imds::get "meta-data/tags/instance/${name}" >"${directory}/${name}" &
      readers+=("$!")
    else
      : >"${directory}/${name}"
    fi
  done
  for reader in "${readers[@]}"; do
    wait "${reader}" || {
      status::fail BAD_SETTINGS 'the instance metadata did not show all settings: run the job again'
      return 1
    }
  done
  for name in "${SETTING_NAMES[@]}"; do
    SETTING[${name}]=$(<"${directory}/${name}")
    # Missing or empty: both stand for the default.
    [[ -n ${SETTING[${name}]} ]] || SETTING[${name}]=${SETTING_DEFAULTS[${name}]:-}
  done
}

# The names of all tags. Nothing documents that tags are there from the first moment, so one that is not is asked again.
settings::listed() {
  local try result
  for try in 1 2 3 4 5 6; do
    result=0
    imds::get meta-data/tags/instance || result=$?
    ((result == 4 && try < 6)) || return "${result}"
    sleep 1
  done
}

# Every problem at once, so that one new launch template version mends them all.
settings::check() {
  local -a problems=()
  local name path seconds
  [[ -n ${SETTING[app_url]} ]] || problems+=('app_url is empty: set the git URL of the app')
  # A token is as often the user name as the password; only ssh has user names that are none.
  if [[ ${SETTING[app_url]} =~ ^[A-Za-z][A-Za-z0-9+.-]*://[^/]*:[^/]*@ ]] ||
    [[ ${SETTING[app_url]} =~ ^[A-Za-z][A-Za-z0-9+.-]*://[^/]*@ && ${SETTING[app_url]} != ssh://* ]]; then
    problems+=('app_url holds a user name, password or token: keep it in Secrets Manager and name that secret in app_credentials')
  elif [[ ${SETTING[app_url]} == -* || ${SETTING[app_url]} == *::* ]]; then
    problems+=('app_url is not a git URL: use https://, ssh://, git@host:path or file://')
  fi
  if [[ ${SETTING[app_ref]} == -* || ${SETTING[app_ref]} == *[[:space:]:]* ]]; then
    problems+=("app_ref '${SETTING[app_ref]}' is not a branch, tag or commit")
  fi
  for name in app_requirements app_in_zip app_out_zip app_main app_log; do
    path=${SETTING[${name}]}
    if [[ ${path} == /* || /${path}/ == */../* || ${path} == *$'\n'* ]]; then
      problems+=("${name} '${path}' leaves the app's root: use a path relative to it")
    fi
  done
  for name in app_in_zip app_out_zip app_main; do
    [[ -n ${SETTING[${name}]} ]] || problems+=("${name} is empty: set a path relative to the app's root")
  done
  seconds=$(clock::duration "${SETTING[ec2_timeout]}") && ((seconds <= MAX_TIMEOUT_SECONDS)) ||
    problems+=("ec2_timeout '${SETTING[ec2_timeout]}' is not a duration of at most 7d: use 60s, 15m or 8h")
  ((${#problems[@]} == 0)) && return 0
  local text
  printf -v text '%s; ' "${problems[@]}"
  status::fail BAD_SETTINGS "${text%; } (set it in settings.yaml or in a new launch template version)"
  return 1
}

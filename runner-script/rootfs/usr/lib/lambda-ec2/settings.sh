# The job's settings: the instance tags that came with the launch template version.
# shellcheck shell=bash

declare -A SETTING

# Reads every setting; all tags are asked for at once, in parallel.
settings::read() {
  local name directory=${STATE_DIR}/settings listed reader
  local -a readers=()
  # A second command of the same job need not ask again, and may not get an answer.
  if [[ -f ${directory}.complete ]]; then
    settings::load "${directory}"
    return 0
  fi
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
  : >"${directory}.complete"
  settings::load "${directory}"
}

settings::load() {
  local name
  for name in "${SETTING_NAMES[@]}"; do
    SETTING[${name}]=$(<"$1/${name}")
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

# The rules of contract/app-rules.ts and settings-agree.ts once more, for a version of the launch template that somebody
# wrote by hand. test/contract/rules.test.ts proves that both sides say the same.

settings::is_url() {
  [[ $1 != *[[:space:]?#]* && $1 != *[[:cntrl:]]* ]] || return 1
  [[ $1 =~ ^(https?|ssh)://([^/@]*@)?[^/@:-][^/@]*(/|$) || $1 =~ ^file://. ||
    $1 =~ ^[A-Za-z0-9._][A-Za-z0-9._-]*@[A-Za-z0-9.-]+:(/?[^:@/][^:@]*|/)$ ]]
}

# A token is as often the user name as the password; only ssh has user names that are none.
settings::holds_secret() {
  [[ $1 =~ ^[A-Za-z][A-Za-z0-9+.-]*://[^/]*:[^/]*@ || $1 =~ ^[^/@]*:[^/@]*@ ]] ||
    [[ $1 =~ ^[A-Za-z][A-Za-z0-9+.-]*://[^/]*@ && $1 != ssh://* ]]
}

settings::is_ref() {
  case $1 in
    '' | [-/.]* | *[/.] | *.lock | *..* | *//* | *@\{* | *[[:space:][:cntrl:]~^:?*\\[]*) return 1 ;;
  esac
}

settings::is_path() {
  case /$1/ in
    */../* | */./* | *//* | /.git/* | /[~-]* | *[[:cntrl:]]*) return 1 ;;
  esac
}

settings::is_credentials() {
  [[ -z $1 || $1 =~ ^ssm:/?[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*$ ||
    $1 =~ ^arn:[a-z-]+:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+$ ||
    $1 =~ ^[A-Za-z0-9/_+=.@][A-Za-z0-9/_+=.@-]*$ ]]
}

settings::is_python_version() { [[ $1 =~ ^3\.([0-9]{1,2})(\.[0-9]{1,2})?$ ]] && ((10#${BASH_REMATCH[1]} >= 6)); }

settings::is_timeout() {
  local seconds
  seconds=$(clock::duration "$1") && ((seconds <= MAX_TIMEOUT_SECONDS))
}

# Every problem at once, so that one new launch template version mends them all.
settings::check() {
  local -a problems=()
  local name value
  local -A files=()
  value=${SETTING[app_url]}
  if [[ -z ${value} ]]; then
    problems+=('app_url is empty: set the git URL of the app')
  elif settings::holds_secret "${value}"; then
    problems+=('app_url holds a user name, password or token: keep it in Secrets Manager and name that secret in app_credentials')
  elif ! settings::is_url "${value}"; then
    # Not shown: what follows a ? may be a secret as well.
    problems+=('app_url is not a git URL: use https://, ssh://, git@host:path or file://, without spaces, "?" and "#"')
  fi
  settings::is_ref "${SETTING[app_ref]}" || problems+=("app_ref '${SETTING[app_ref]}' is not a branch, tag or commit")
  for name in app_main app_requirements app_in_zip app_out_zip app_log; do
    value=${SETTING[${name}]}
    if ! settings::is_path "${value}"; then
      problems+=("${name} '${value}' is not the path of a file in the app: use one relative to its root")
    elif [[ -n ${files[${value}]:-} ]]; then
      problems+=("${name} and ${files[${value}]} are the same file '${value}': give them different names")
    fi
    files[${value}]=${name}
  done
  settings::is_credentials "${SETTING[app_credentials]}" ||
    problems+=('app_credentials is not a name: use that of a Secrets Manager secret, or ssm:/name of an SSM SecureString')
  settings::is_timeout "${SETTING[ec2_timeout]}" ||
    problems+=("ec2_timeout '${SETTING[ec2_timeout]}' is not a duration of at most 7d: use 60s, 15m or 8h")
  settings::is_python_version "${SETTING[python_version]}" ||
    problems+=("python_version '${SETTING[python_version]}' is not 3.6 or newer: use 3.6")
  [[ ${SETTING[app_aws_access]} =~ ^(true|false)$ ]] ||
    problems+=("app_aws_access '${SETTING[app_aws_access]}' is neither true nor false")
  ((${#problems[@]} == 0)) && return 0
  local text
  printf -v text '%s; ' "${problems[@]}"
  status::fail BAD_SETTINGS "${text%; } (set it in settings.yaml or in a new launch template version)"
  return 1
}

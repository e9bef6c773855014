#!/usr/bin/env bash
# The app's environment and wheels, made by the runner's own functions so that a job finds them under the very key it
# looks for. An app that cannot be fetched yet is no reason to have no image, unless bake_requires_app says so.
# shellcheck source=lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

readonly LIMIT_SECONDS=1500
# As the runner keeps it.
declare -A SETTING=()

prepare() {
  local LIB=${ROOT}/usr/lib/lambda-ec2 file key
  trap - ERR
  # shellcheck disable=SC1091
  source "${LIB}/job.sh"
  local name
  for name in "${SETTING_NAMES[@]}"; do SETTING[${name}]=${SETTING_DEFAULTS[${name}]:-}; done
  SETTING[app_url]=${APP_URL}
  SETTING[app_ref]=${APP_REF}
  SETTING[app_requirements]=${APP_REQUIREMENTS}
  SETTING[app_credentials]=${APP_CREDENTIALS}
  SETTING[python_version]=${PYTHON_VERSION}
  TIMEOUT_AT=$(($(clock::seconds) + LIMIT_SECONDS))
  umask 022
  mkdir -p "${STATUS_DIR}" "${WORK_DIR}" "${APP_HOME}"
  chmod 700 "${STATE_DIR}"
  if [[ -n ${APP_CREDENTIALS} ]]; then
    INSTANCE_REGION=$(json::field region <<<"$(imds::get dynamic/instance-identity/document)")
    aws::locate
  fi
  source::fetch || return 1
  environment::find_python || return 1
  file=${APP_DIR}/${APP_REQUIREMENTS}
  if [[ -f ${file} ]] && ! environment::names_sums "${file}"; then
    environment::pip "${LIMIT_SECONDS}" "${PYTHON}" wheel --quiet --find-links "${WHEELHOUSE_DIR}" \
      --wheel-dir "${WHEELHOUSE_DIR}" -r "${file}" || return 1
  fi
  environment::prepare || return 1
  key=$(basename -- "${VENV}")
  log::info "environment ${key:0:12} is at ${VENV}"
}

# The source and what the runner noted belong to no job.
forget() {
  rm -rf "${ROOT}"/var/lib/lambda-ec2/{app,home,ec2.log} \
    "${ROOT}"/run/lambda-ec2/{status,git-credential,git-errors,children,venv,credentials,imds-token}
}

# What a failed attempt leaves would fill every image's disk and be of use to nobody.
drop_halves() {
  local folder
  for folder in "${ROOT}"/opt/venvs/*/; do
    [[ -f ${folder}.complete ]] || rm -rf "${folder}"
  done
  find "${ROOT}/opt/wheelhouse" -type f -newer "$1" -delete
}

main() {
  local result=0 began why=
  forget
  began=$(mktemp)
  (set +eE && prepare) || result=$?
  ((result == 0)) || drop_halves "${began}"
  rm -f "${began}"
  # What pip said.
  [[ ! -f ${ROOT}/var/lib/lambda-ec2/ec2.log ]] || tail -n 40 "${ROOT}/var/lib/lambda-ec2/ec2.log"
  # What the runner's functions noted.
  [[ ! -f ${ROOT}/run/lambda-ec2/status/message ]] || why=$(<"${ROOT}/run/lambda-ec2/status/message")
  forget
  ((result != 0)) || return 0
  [[ ${BAKE_REQUIRES_APP} != true ]] || bake::fail 'the app could not be fetched or its environment not be made (see above), and bake_requires_app is true'
  bake::left_out "the app's environment, so that each job makes it, which takes longer: ${why:-see the log of this step}"
}

main

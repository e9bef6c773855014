# The app's Python environment. One that was baked for the same requirements, interpreter and machine is used in place;
# the instance is used once, so sharing it with nobody costs nothing. Otherwise it is made, from the baked wheelhouse
# first and the package index second.
# shellcheck shell=bash

# Sets PYTHON to the interpreter of the wanted version.
environment::find_python() {
  local version=${SETTING[python_version]}
  PYTHON=${ROOT}/opt/python${version}/bin/python3
  [[ -x ${PYTHON} ]] || PYTHON=$(command -v "python${version}") || {
    status::fail BAD_SETTINGS "this image has no Python ${version}: set python_version to the one that was baked, or bake again"
    return 1
  }
  local actual
  actual=$("${PYTHON}" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])') || {
    status::fail BAD_SETTINGS "Python ${version} of this image does not run: bake again"
    return 1
  }
  status::set python "${actual}"
  [[ ${actual} == "${version}".* || ${actual} == "${version}" ]] ||
    log::warn "the app asks for Python ${version}, but this machine runs it with Python ${actual}"
}

# Prints a requirements file with all files that it includes by -r or -c, each once.
environment::requirements_text() {
  local file=$1 line directory
  [[ " ${REQUIREMENTS_SEEN} " != *" ${file} "* ]] || return 0
  REQUIREMENTS_SEEN+=" ${file}"
  directory=$(dirname -- "${file}")
  while IFS= read -r line || [[ -n ${line} ]]; do
    printf '%s\n' "${line}"
    if [[ ${line} =~ ^[[:space:]]*(-r|-c|--requirement|--constraint)[[:space:]=]*([^[:space:]#]+) ]]; then
      [[ ! -f ${directory}/${BASH_REMATCH[2]} ]] || environment::requirements_text "${directory}/${BASH_REMATCH[2]}"
    fi
  done <"${file}"
}

# Whether a requirements file (standard input) may name code of the app's own tree. To pip that is what begins with a dot,
# holds a slash or ends like an archive (pip's _looks_like_path and is_archive_file), -e, a file: URL, and a folder of
# --find-links. Included files are no code: their text is part of the key. A needless yes costs one rebuild.
environment::names_own_code() {
  local text
  # In two steps: a pipe into a grep that is done would be a broken one.
  text=$(sed --regexp-extended -e 's/(^|[[:space:]])#.*//' -e '/^[[:space:]]*(-r|-c|--requirement|--constraint)/d' \
    -e 's/file:/.\//g' -e 's/[A-Za-z][A-Za-z0-9+.-]*:\/\/[^[:space:]]*//g')
  grep --quiet --ignore-case --extended-regexp '^[[:space:]]*(\.|-e|--editable)|/|\.(whl|zip|tar|tgz|tbz|txz|tlz|tar\.[a-z0-9]+)([][;[:space:]]|$)|(^|[[:space:]])(-f|--find-links)[[:space:]=]*[^[:space:]]' <<<"${text}"
}

# Whether pip is to check the sums of what it installs. Then wheels that were built here, which nobody knows the sums of,
# must not be offered to it.
environment::names_sums() {
  local REQUIREMENTS_SEEN='' text
  text=$(environment::requirements_text "$1")
  grep --quiet --extended-regexp '(^|[[:space:]])--(hash[=[:space:]]|require-hashes)' <<<"${text}"
}

# The name of the environment for these requirements. Requirements that point into the app's own tree are bound to its
# commit, because their text stays the same when the code behind it changes.
environment::key() {
  local file=$1 text
  REQUIREMENTS_SEEN=
  text=$(environment::requirements_text "${file}")
  if environment::names_own_code <<<"${text}"; then text+=$(git -C "${APP_DIR}" rev-parse 'HEAD^{tree}'); fi
  printf '%s\n%s\n%s\n' "${text}" "$("${PYTHON}" -VV 2>&1)" "$(uname -m)" | sha256sum | cut -d' ' -f1
}

# environment::pip SECONDS PYTHON ARGUMENTS...: runs pip where it reads the relative paths of a requirements file. By its
# path, not as a module: those are looked for in the current folder first, and the app may have one of that name. The
# environment holds no setuptools, so a package without pyproject.toml needs an isolated build like every other.
environment::pip() {
  (cd "${APP_DIR}" && PIP_USE_PEP517=1 bounded::run "$1" "$2" "${PIP_DIR}/pip" "${@:3}" \
    --no-input --disable-pip-version-check --progress-bar off)
}

environment::install() {
  local venv=$1 file=$2 limit complaint
  limit=$(deadline::remaining)
  "${PYTHON}" -m venv --without-pip "${venv}" >>"${EC2_LOG}" 2>&1 || {
    status::fail REQUIREMENTS_FAILED 'a virtual environment cannot be made: see the log'
    return 1
  }
  [[ ${file} != /dev/null ]] || return 0
  local -a find_links=()
  [[ ! -d ${WHEELHOUSE_DIR} ]] || environment::names_sums "${file}" || find_links=(--find-links "${WHEELHOUSE_DIR}")
  log::info "installing ${SETTING[app_requirements]}"
  if environment::pip "${limit}" "${venv}/bin/python" install --no-warn-script-location "${find_links[@]}" -r "${file}" \
    >>"${EC2_LOG}" 2>&1; then return 0; fi
  if deadline::has_passed; then
    status::fail TIMED_OUT "installing ${SETTING[app_requirements]} was not done when ec2_timeout (${SETTING[ec2_timeout]}) ended"
  else
    complaint=$(grep --extended-regexp '^ *ERROR:' "${EC2_LOG}" | tail -n 1 | cut -c1-300)
    status::fail REQUIREMENTS_FAILED "installing ${SETTING[app_requirements]} failed: ${complaint:-see the log}"
  fi
  return 1
}

# NAME==VERSION of each, read from the names of the metadata folders: `pip list` would cost a second.
environment::list_packages() {
  local directory
  for directory in "$1"/lib/python*/site-packages/*.dist-info; do
    [[ -d ${directory} ]] || continue
    directory=${directory##*/}
    directory=${directory%.dist-info}
    printf '%s==%s\n' "${directory%-*}" "${directory##*-}"
  done
}

environment::prepare() {
  local file=${APP_DIR}/${SETTING[app_requirements]} key
  environment::find_python || return 1
  if [[ ! -f ${file} ]]; then
    if [[ ${SETTING[app_requirements]} != "${SETTING_DEFAULTS[app_requirements]}" ]]; then
      status::fail REQUIREMENTS_FAILED "the app has no file ${SETTING[app_requirements]}: check app_requirements"
      return 1
    fi
    log::info 'the app has no requirements'
    file=/dev/null
  fi
  key=$(environment::key "${file}")
  VENV=${VENVS_DIR}/${key}
  if [[ -f ${VENV}/.complete ]]; then
    log::info "environment ${key:0:12} is baked"
  else
    rm -rf "${VENV}"
    mkdir -p "${VENVS_DIR}"
    environment::install "${VENV}" "${file}" || return 1
    : >"${VENV}/.complete"
  fi
  printf '%s' "${VENV}" >"${STATE_DIR}/venv"
  status::set packages "$(environment::list_packages "${VENV}")"
}

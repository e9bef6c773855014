#!/usr/bin/env bash
# The pip that makes the app's environment, unpacked where the runner imports it from, and for Python 3.6 also in place
# of the one of 2018 that it brings: that one knows none of today's wheels. Beside it,
# what an environment holds at first.
# shellcheck source=lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

readonly PIP_DIR=${ROOT}/opt/pip
readonly SETUPTOOLS_DIR=${ROOT}/opt/setuptools
readonly WHEELHOUSE_DIR=${ROOT}/opt/wheelhouse

unpack() {
  local wheel=$1 target=$2
  rm -rf "${target}"
  mkdir -p "${target}"
  "${PYTHON}" -m zipfile -e "${wheel}" "${target}"
  # With its metadata it would pass for a package of the environment that it works on.
  rm -rf "${target}"/*.dist-info
  "${PYTHON}" -m compileall -q "${target}"
}

# ensurepip reads its wheels' versions and names from its own text.
replace_bundle() {
  local wheels=$1 bundle init
  bundle=$("${PYTHON}" -c 'import ensurepip, os; print(os.path.join(os.path.dirname(ensurepip.__file__), "_bundled"))')
  init=${bundle%/*}/__init__.py
  rm -f "${bundle}"/*.whl
  cp "${wheels}"/pip-*.whl "${wheels}"/setuptools-*.whl "${bundle}/"
  sed -i -e 's/^_PIP_VERSION = .*/_PIP_VERSION = "21.3.1"/' \
    -e 's/^_SETUPTOOLS_VERSION = .*/_SETUPTOOLS_VERSION = "59.6.0"/' -e 's/py2\.py3-none-any/py3-none-any/' "${init}"
  [[ $("${PYTHON}" -m ensurepip --version) == 'pip 21.3.1' ]] || bake::fail 'ensurepip could not be given pip 21.3.1'
}

pip_of_36() {
  local inputs wheels
  inputs=$(sha256sum <"${FILES}/python/pip.txt")
  if bake::is_done "${PIP_DIR}" "${inputs}"; then
    bake::say "${PIP_DIR} is there already"
    return 0
  fi
  wheels=$(mktemp -d)
  # The interpreter's own old pip downloads; the sums in pip.txt say what is taken.
  "${PYTHON}" -m venv "${wheels}/venv"
  # Its own authorities are of 2018 as well.
  [[ ! -f ${CA_BUNDLE} ]] || export PIP_CERT=${CA_BUNDLE}
  bake::retry "${wheels}/venv/bin/python" -m pip --disable-pip-version-check download --quiet --no-deps --require-hashes \
    --only-binary :all: --dest "${wheels}" --requirement "${FILES}/python/pip.txt"
  unpack "${wheels}/pip-21.3.1-py3-none-any.whl" "${PIP_DIR}"
  # A package that is built from source finds its tools here when there is no index.
  cp "${wheels}"/setuptools-*.whl "${wheels}"/wheel-*.whl "${WHEELHOUSE_DIR}/"
  replace_bundle "${wheels}"
  rm -rf "${wheels}"
  bake::done "${PIP_DIR}" "${inputs}"
}

pip_of_package() {
  local package
  package=$("${PYTHON}" -c 'import os, pip; print(os.path.dirname(pip.__file__))')
  rm -rf "${PIP_DIR}"
  mkdir -p "${PIP_DIR}"
  cp -a "${package}" "${PIP_DIR}/pip"
}

# What Python's own venv puts into an environment besides pip, compiled: setuptools before 3.12, then nothing. A copy
# spares a job what ensurepip takes.
setuptools_of_venv() {
  local work packages
  work=$(mktemp -d)
  "${PYTHON}" -m venv "${work}"
  packages=$(echo "${work}"/lib/python3.*/site-packages)
  rm -rf "${packages}"/pip "${packages}"/pip-*.dist-info "${SETUPTOOLS_DIR}"
  mkdir -p "${SETUPTOOLS_DIR}"
  cp -a "${packages}/." "${SETUPTOOLS_DIR}/"
  rm -rf "${work}"
}

main() {
  bake::find_python
  mkdir -p "${WHEELHOUSE_DIR}" "${SETUPTOOLS_DIR}" "${ROOT}/opt/venvs"
  if bake::is_provided "${PIP_DIR}"; then
    bake::left_out "installing pip: $(<"${PIP_DIR}/.provided")"
    return 0
  fi
  case ${PYTHON_VERSION} in
    3.6 | 3.6.*) pip_of_36 ;;
    *) pip_of_package ;;
  esac
  setuptools_of_venv
  bake::owns_machine || return 0
  {
    printf '[global]\ndisable-pip-version-check = true\n'
    # Instead of the list that pip brings, which for Python 3.6 is of 2021.
    [[ ! -f ${CA_BUNDLE} ]] || printf 'cert = %s\n' "${CA_BUNDLE}"
  } >/etc/pip.conf
}

main

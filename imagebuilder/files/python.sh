#!/usr/bin/env bash
# The app's interpreter. Python 3.6 is built from source, because Amazon Linux 2023 has none; newer ones are packages.
# shellcheck source=lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=python/build.sh
source "${FILES}/python/build.sh"
# shellcheck source=python/trim.sh
source "${FILES}/python/trim.sh"

readonly PREFIX=${ROOT}/opt/python${PYTHON_VERSION}

main() {
  local inputs
  if bake::is_provided "${PREFIX}"; then
    bake::left_out "building Python ${PYTHON_VERSION}: $(<"${PREFIX}/.provided")"
    return 0
  fi
  bake::owns_machine || bake::fail "there is no Python ${PYTHON_VERSION} below ${ROOT}"
  case ${PYTHON_VERSION} in
    3.6 | 3.6.15) ;;
    3.6.*) bake::fail "python_version ${PYTHON_VERSION}: of Python 3.6 only 3.6.15, the last, is built; use 3.6" ;;
    *)
      local package=python${PYTHON_VERSION}
      # The system's own.
      [[ ${PYTHON_VERSION} != 3.9 ]] || package=python3
      bake::packages "${package}" "${package}-pip" ||
        bake::fail "python_version ${PYTHON_VERSION}: the distribution has no such Python"
      return 0
      ;;
  esac
  inputs=$(build::inputs)
  if bake::is_done "${PREFIX}" "${inputs}"; then
    bake::say "${PREFIX} is built already"
    return 0
  fi
  build::packages
  rm -rf "${PREFIX}"
  build::python "${PREFIX}"
  trim::python "${PREFIX}"
  bake::done "${PREFIX}" "${inputs}"
}

main

# Paths that the settings name. A link in the repository, or one that the app made while it ran, may lead out of the app.
# shellcheck shell=bash

# Prints where a path of the app really is; fails when that is outside the app or its folder does not exist.
within_app::locate() {
  local file=${APP_DIR}/$1 folder
  folder=$(cd -- "${file%/*}" 2>/dev/null && pwd -P) || return 1
  [[ ${folder}/ == "${APP_DIR}"/* ]] || return 1
  printf '%s/%s' "${folder}" "${file##*/}"
}

# The same, and makes the folder of a file that is yet to be written.
within_app::make_room() {
  local folder=${APP_DIR}/$1
  folder=${folder%/*}
  # The part that exists is looked at first, so that no folder is made elsewhere.
  while [[ ! -e ${folder} ]]; do folder=${folder%/*}; done
  folder=$(cd -- "${folder}" 2>/dev/null && pwd -P) && [[ ${folder}/ == "${APP_DIR}"/* ]] || return 1
  folder=${APP_DIR}/$1
  mkdir -p -- "${folder%/*}" 2>/dev/null && within_app::locate "$1"
}

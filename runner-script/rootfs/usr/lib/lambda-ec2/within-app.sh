# Paths that the settings name. A link in the repository, or one that the app made while it ran, may lead out of the app.
# shellcheck shell=bash

# Prints where a folder really is; fails when that is outside the app or there is none.
within_app::folder() {
  local folder
  folder=$(cd -- "$1" 2>/dev/null && pwd -P) && [[ ${folder}/ == "${APP_DIR}"/* ]] && printf '%s' "${folder}"
}

# Prints where a file of the app really is; fails when that is outside the app or its folder does not exist.
within_app::locate() {
  local file=${APP_DIR}/$1 folder
  folder=$(within_app::folder "${file%/*}") && printf '%s/%s' "${folder}" "${file##*/}"
}

# The same, and makes the folder of a file that is yet to be written.
within_app::make_room() {
  local file=${APP_DIR}/$1 there
  # The part that exists is looked at first, so that no folder is made elsewhere.
  there=${file%/*}
  while [[ ! -e ${there} ]]; do there=${there%/*}; done
  within_app::folder "${there}" >/dev/null && mkdir -p -- "${file%/*}" 2>/dev/null && within_app::locate "$1"
}

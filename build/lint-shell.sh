#!/usr/bin/env bash
# `npm run lint:sh`: shellcheck, and shfmt in the style of .editorconfig, over every shell script of the repository.
set -Eeuo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

# By its extension or its first line.
scripts() {
  local file
  git ls-files | while IFS= read -r file; do
    case ${file} in *.sh) printf '%s\n' "${file}" ;; *)
      if head -n 1 "${file}" | grep -q -a -E '^#!.*\b(bash|sh)$'; then printf '%s\n' "${file}"; fi
      ;;
    esac
  done
}

main() {
  local result=0
  local -a files
  mapfile -t files < <(scripts)
  shellcheck "${files[@]}" || result=1
  if command -v shfmt >/dev/null; then
    shfmt -d "${files[@]}" || result=1
  else
    printf 'the format of the shell scripts was not checked: this machine has no shfmt\n' >&2
  fi
  return "${result}"
}

main

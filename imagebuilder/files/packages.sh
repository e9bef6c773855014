#!/usr/bin/env bash
# The packages of the distribution that the app needs (setting system_packages). Before the interpreter, so that what
# they need is not taken for something that was needed to build only, and a misspelt name fails at once.
# shellcheck source=lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

# One try, with what dnf said in the file SAID. No other one helps against a name that the distribution does not have.
try_install() {
  bake::install "${PACKAGES[@]}" 2>&1 | tee "${SAID}" && return 0
  grep --quiet '^No match for argument: ' "${SAID}"
}

# Why dnf installs none of them, in its own words: what it cannot solve, else its error.
why() { sed -n -e '/^ *Problem[ 0-9]*: /{s///p;q}' -e '/^Error: ..*/{s/^Error: //p;q}' "${SAID}"; }

main() {
  local -a PACKAGES unknown
  local SAID
  read -ra PACKAGES <<<"${SYSTEM_PACKAGES}"
  ((${#PACKAGES[@]} > 0)) || return 0
  if ! bake::owns_machine; then
    bake::left_out "installing system_packages (${PACKAGES[*]}): the packages of this machine are used"
    return 0
  fi
  SAID=$(mktemp)
  bake::retry try_install || bake::fail "system_packages: dnf cannot install ${PACKAGES[*]}: $(why)"
  mapfile -t unknown < <(sed -n "s/^No match for argument: \(.*\)/'\1'/p" "${SAID}")
  ((${#unknown[@]} == 0)) ||
    bake::fail "system_packages: no package ${unknown[*]} in Amazon Linux 2023: look for its name there with 'dnf search', and correct it in settings.yaml"
  rm -f "${SAID}"
}

main

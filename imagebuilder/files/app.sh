#!/usr/bin/env bash
# The app's environment and wheels, made by the runner's own code so that a job finds them under the very name it looks
# for. An app that cannot be fetched yet is no reason to have no image, unless bake_requires_app says so.
# shellcheck source=lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

# The source and what the runner kept belong to no job.
forget() { rm -rf "${ROOT}"/var/lib/lambda-ec2/{app,home} "${ROOT}"/run/lambda-ec2-{git,pip}; }

# drop_halves BEGAN RESULT: what a failed attempt leaves would fill every image's disk and be of use to nobody.
drop_halves() {
  local folder
  for folder in "${ROOT}"/opt/venvs/*/; do
    [[ -f ${folder}.complete ]] || rm -rf "${folder}"
  done
  (($2 == 0)) || find "${ROOT}/opt/wheelhouse" -type f -newer "$1" -delete
}

main() {
  local result=0 began why reason
  forget
  began=$(mktemp)
  why=$(mktemp)
  "${ROOT}/usr/libexec/lambda-ec2/runner" bake "${why}" || result=$?
  drop_halves "${began}" "${result}"
  forget
  if ((result != 0)); then
    [[ ${BAKE_REQUIRES_APP} != true ]] || bake::fail 'the app could not be fetched or its environment not be made (see above), and bake_requires_app is true'
    reason=$(<"${why}")
    bake::left_out "the app's environment, so that each job makes it, which takes longer: ${reason:-see the log of this step}"
  fi
  rm -f "${began}" "${why}"
}

main

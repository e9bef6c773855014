#!/usr/bin/env bash
# One tiny job through the real runner: a repository on this disk, and fakes of the metadata service and S3 on
# loopback. The runner's files are copied, so that the test leaves no trace where a job would run.
# shellcheck source=../lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib.sh"

WORK=$(mktemp -d)
readonly WORK
readonly HOME_ROOT=${WORK}/root
readonly OUTPUT=${WORK}/objects/jobs/app_runner/output

finish() {
  # The runner's own last resort, which would power off this machine.
  if bake::owns_machine; then systemctl stop lambda-ec2-power-off.timer >/dev/null 2>&1 || :; fi
  if [[ -n ${FAKE_SERVICES:-} ]]; then
    kill "${FAKE_SERVICES}" 2>/dev/null || :
    wait "${FAKE_SERVICES}" || :
  fi
  if [[ -n ${RUNNER:-} ]]; then kill -KILL -- "-${RUNNER}" 2>/dev/null || :; fi
  rm -rf "${WORK}"
}

# Below a folder the runner's last resort must not reach the machine around it, whatever becomes of this script.
shield_machine() {
  mkdir "${WORK}/bin"
  printf '#!/bin/sh\nexit 0\n' >"${WORK}/bin/systemctl"
  chmod 755 "${WORK}/bin/systemctl"
  export PATH=${WORK}/bin:${PATH}
}

prepare() {
  local name
  mkdir -p "${HOME_ROOT}"/{usr/bin,usr/lib,usr/libexec,opt/venvs,run/lambda-ec2} "${WORK}/app" \
    "${WORK}/objects/jobs/app_runner/input" "${OUTPUT}"
  # The app's user must reach its files.
  chmod 755 "${WORK}"
  cp -a "${ROOT}/usr/lib/lambda-ec2" "${HOME_ROOT}/usr/lib/"
  cp -a "${ROOT}/usr/libexec/lambda-ec2" "${HOME_ROOT}/usr/libexec/"
  ln -s "${ROOT}/usr/bin/python3" "${HOME_ROOT}/usr/bin/python3"
  for name in "python${PYTHON_VERSION}" pip setuptools wheelhouse; do
    [[ ! -d ${ROOT}/opt/${name} ]] || ln -s "${ROOT}/opt/${name}" "${HOME_ROOT}/opt/${name}"
  done
  cp "${FILES}/test/app.py" "${WORK}/app/main.py"
  git -C "${WORK}/app" init --quiet
  git -C "${WORK}/app" add main.py
  git -C "${WORK}/app" -c user.name=bake -c user.email=bake@localhost commit --quiet --message 'a tiny app'
  (cd "${WORK}" && printf 'one line\n' >in.txt && python3 -m zipfile -c objects/jobs/app_runner/input/tiny.zip in.txt)
  printf 'lambda-ec2-job: s3://jobs/app_runner/input/tiny.zip?versionId=1\n' >"${HOME_ROOT}/run/lambda-ec2/job-line"
}

main() {
  local endpoint status
  trap finish EXIT
  bake::find_python
  bake::owns_machine || shield_machine
  prepare
  python3 "${FILES}/test/fake_services.py" "${WORK}/port" "${WORK}/objects" "app_url=file://${WORK}/app" \
    "python_version=${PYTHON_VERSION}" ec2_timeout=10m app_log=app.log &
  FAKE_SERVICES=$!
  while [[ ! -s ${WORK}/port ]]; do sleep 0.1; done
  endpoint=http://127.0.0.1:$(<"${WORK}/port")
  # A session of its own, of which nothing is left at the end. Under systemd the runner starts the app in a unit.
  AWS_ENDPOINT_URL=${endpoint} AWS_EC2_METADATA_SERVICE_ENDPOINT=${endpoint} \
    setsid "${HOME_ROOT}/usr/libexec/lambda-ec2/runner" run >"${WORK}/console" 2>&1 </dev/null &
  RUNNER=$!
  wait "${RUNNER}" || :
  status=${OUTPUT}/tiny_status.json
  if ! grep --quiet '"state": "SUCCEEDED"' "${status}" 2>/dev/null || [[ ! -s ${OUTPUT}/tiny.zip ]]; then
    cat "${status}" "${OUTPUT}/tiny_ec2.log" "${WORK}/console" >&2 2>/dev/null || :
    bake::fail 'a tiny job through the runner of this image did not succeed: see above'
  fi
  grep --quiet 'the tiny app ran' "${OUTPUT}/tiny_app.log" || bake::fail "the tiny job's app log did not arrive"
  bake::say 'a tiny job through the runner succeeded'
}

main

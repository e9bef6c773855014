#!/usr/bin/env bash
# The programs that the runner calls can do what it asks of them.
# shellcheck source=../lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../lib.sh"

main() {
  local work port signed
  work=$(mktemp -d)
  python3 "${FILES}/test/echo_headers.py" "${work}/port" "${work}/headers" &
  # shellcheck disable=SC2064
  trap "kill $! 2>/dev/null || :; rm -rf '${work}'" EXIT
  while [[ ! -s ${work}/port ]]; do sleep 0.1; done
  port=$(<"${work}/port")
  # A smaller curl may have been built without request signing.
  curl --silent --fail --noproxy '*' --max-time 20 --aws-sigv4 aws:amz:us-east-1:s3 --user AKIDEXAMPLE:example \
    --header 'x-amz-content-sha256: UNSIGNED-PAYLOAD' "http://127.0.0.1:${port}/" >/dev/null
  signed=$(grep --ignore-case '^authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/' "${work}/headers") ||
    bake::fail 'curl did not sign its request: this curl knows no --aws-sigv4'
  [[ ${signed} == *x-amz-content-sha256* ]] || bake::fail "curl did not sign x-amz-content-sha256: ${signed}"
  # The runner's own interpreter, with all that it loads.
  "${ROOT}/usr/bin/python3" -I -S -c 'import http.client, json, ssl, sys; sys.exit(sys.version_info < (3, 9))' ||
    bake::fail '/usr/bin/python3 cannot run the runner: it must be Python 3.9 or newer'
  git --version
  if bake::owns_machine; then
    git lfs version
    [[ $(git config --system filter.lfs.process) == git-lfs* ]] || bake::fail 'git-lfs is not installed for all users'
    aws --version
  fi
}

main

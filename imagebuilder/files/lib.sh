# What the scripts of the bake share. On an instance they work on /; with LAMBDA_EC2_ROOT they work below that folder
# and leave the machine around it alone, which is how `lambda-ec2 local bake` uses them.
# shellcheck shell=bash disable=SC2034

set -Eeuo pipefail
umask 022
export LC_ALL=C.UTF-8

# Not read-only: the runner's files set it to the same again.
ROOT=${LAMBDA_EC2_ROOT:-}
FILES=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
readonly FILES
trap 'printf "%s: line %d: exit status %d: %s\n" "${0##*/}" "${LINENO}" "$?" "${BASH_COMMAND}" >&2' ERR

bake::say() { printf '%s: %s\n' "${0##*/}" "$*"; }

# bake::fail SENTENCE: ends the step. `lambda-ec2 bake` finds the sentence in the log by these words
# (cli/bake/bake-cause.ts).
bake::fail() {
  printf '%s: failed: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# Whether the machine itself is being baked, so that its packages, users and units are ours to change.
bake::owns_machine() { [[ -z ${ROOT} ]]; }

# What a bake below a folder leaves out. The line is shown to whoever asked for the bake.
bake::left_out() { printf 'left out: %s\n' "$*"; }

# bake::retry COMMAND...: for downloads; five times, with growing pauses.
bake::retry() {
  local try
  for try in 1 2 3 4 5; do
    if "$@"; then return 0; fi
    bake::say "try ${try} of 5 failed: $1"
    sleep "$((try * ${BAKE_RETRY_SECONDS:-3}))"
  done
  return 1
}

# On Amazon Linux 2023 /tmp is half of the memory, and a build or a large wheel needs more.
if bake::owns_machine; then export TMPDIR=/var/tmp; fi

# For dnf, curl, git and pip, which go by one case or the other (setting http_proxy). Of AWS these scripts ask S3 alone,
# for the distribution's packages, and S3 and the metadata are reached past the proxy.
if [[ -n ${LAMBDA_EC2_HTTP_PROXY:-} ]]; then
  export http_proxy=${LAMBDA_EC2_HTTP_PROXY} https_proxy=${LAMBDA_EC2_HTTP_PROXY}
  export no_proxy=${LAMBDA_EC2_NO_PROXY:+${LAMBDA_EC2_NO_PROXY},}localhost,127.0.0.1,::1,169.254.169.254,fd00:ec2::254
  export no_proxy=${no_proxy},.amazonaws.com,.amazonaws.com.cn,.amazonaws.eu
  export HTTP_PROXY=${http_proxy} HTTPS_PROXY=${https_proxy} NO_PROXY=${no_proxy}
fi

# The distribution's list of certificate authorities, to which an administrator may add a company's own.
readonly CA_BUNDLE=/etc/pki/tls/certs/ca-bundle.crt

# Whether an interpreter or pip was put there beforehand, by a bake on a machine that cannot download: it stays.
bake::is_provided() { [[ -f $1/.provided ]]; }

# bake::is_done FOLDER TEXT: whether an earlier run of the same step, with the same inputs, made the folder.
bake::is_done() { [[ -f $1/.baked && $(<"$1/.baked") == "$2" ]]; }
bake::done() { printf '%s\n' "$2" >"$1/.baked"; }

bake::install() { dnf -y --setopt=install_weak_deps=False install "$@"; }
bake::packages() { bake::retry bake::install "$@"; }

# The interpreter of the setting python_version, as the runner finds it; sets PYTHON.
bake::find_python() {
  PYTHON=${ROOT}/opt/python${PYTHON_VERSION}/bin/python3
  [[ -x ${PYTHON} ]] || PYTHON=$(command -v "python${PYTHON_VERSION}") ||
    bake::fail "there is no Python ${PYTHON_VERSION}: the step that installs it must come first"
}

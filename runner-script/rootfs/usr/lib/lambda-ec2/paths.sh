# Where the runner's files are. Every path hangs on the root that the runner itself lies under, so the same files run
# from / on an instance and from any other root.
# shellcheck shell=bash disable=SC2034

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../../.." && pwd -P)
[[ ${ROOT} != / ]] || ROOT=
readonly ROOT
readonly LIBEXEC=${ROOT}/usr/libexec/lambda-ec2

# On tmpfs: what must be writable when the disk is full, and secrets, which must never reach the disk.
readonly STATE_DIR=${ROOT}/run/lambda-ec2
readonly STATUS_DIR=${STATE_DIR}/status
readonly JOB_LINE_FILE=${STATE_DIR}/job-line
readonly NO_JOB_FILE=${STATE_DIR}/no-job
readonly END_BY_FILE=${STATE_DIR}/end-by
readonly DEADLINE_FILE=${STATE_DIR}/deadline
readonly ETAG_FILE=${STATE_DIR}/status-etag
readonly APP_RESULT_FILE=${STATE_DIR}/app-result

# On disk: what may be large.
readonly WORK_DIR=${ROOT}/var/lib/lambda-ec2
readonly APP_DIR=${WORK_DIR}/app
readonly APP_HOME=${WORK_DIR}/home
readonly INPUT_FILE=${WORK_DIR}/input.zip
readonly EC2_LOG=${WORK_DIR}/ec2.log
# The only one that tells a restart of the instance: what is on tmpfs is gone then.
readonly FIRST_BOOT_FILE=${WORK_DIR}/first-boot
readonly TMP_DIR=${WORK_DIR}/tmp
readonly BALLAST_FILE=${WORK_DIR}/ballast

# Baked into the image.
readonly VENVS_DIR=${ROOT}/opt/venvs
readonly WHEELHOUSE_DIR=${ROOT}/opt/wheelhouse
readonly PIP_DIR=${ROOT}/opt/pip

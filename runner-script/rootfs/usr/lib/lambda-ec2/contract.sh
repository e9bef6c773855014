# The names that the Lambda functions, the commands and the runner agree on: the shell side of contract/.
# test/contract/shell.test.ts proves that both sides say the same.
# shellcheck shell=bash disable=SC2034

readonly JOB_LINE_PREFIX='lambda-ec2-job: '
readonly INPUT_PREFIX=app_runner/input/
readonly OUTPUT_PREFIX=app_runner/output/
readonly OUTPUT_SUFFIX=.zip
readonly EC2_LOG_SUFFIX=_ec2.log
readonly APP_LOG_SUFFIX=_app.log
readonly STATUS_SUFFIX=_status.json

readonly SETTING_NAMES=(
  app_url app_ref app_requirements app_in_zip app_out_zip app_main app_log
  app_credentials app_aws_access ec2_timeout python_version
)

# What a setting is when its tag is missing: a launch template version written by hand need not spell every one.
declare -rA SETTING_DEFAULTS=(
  [app_ref]=HEAD
  [app_requirements]=requirements.txt
  [app_in_zip]=input.zip
  [app_out_zip]=output.zip
  [app_main]=main.py
  [app_log]=app.log
  [app_aws_access]=false
  [ec2_timeout]=1h
  [python_version]=3.6
)

# The longest ec2_timeout, in seconds.
readonly MAX_TIMEOUT_SECONDS=604800
# Seconds that a job has, after its ec2_timeout, to upload what there is before the instance is powered off.
readonly GRACE_SECONDS=180
# Seconds between asking the app to stop (TERM) and making it stop (KILL).
readonly STOP_SECONDS=10

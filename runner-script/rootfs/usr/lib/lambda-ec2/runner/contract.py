"""What the Lambda functions, the commands and the runner agree on.

Made from contract/ by `npm run contract`: change it there.
"""
from typing import Literal, get_args

# The functions write s3:// behind it; any other location is no job that could run, and ends the instance too.
JOB_LINE_PREFIX = 'lambda-ec2-job: '
INPUT_PREFIX = 'app_runner/input/'
OUTPUT_PREFIX = 'app_runner/output/'
PACKAGES_PREFIX = 'app_runner/packages/'
OUTPUT_SUFFIX = '.zip'
EC2_LOG_SUFFIX = '_ec2.log'
APP_LOG_SUFFIX = '_app.log'
STATUS_SUFFIX = '_status.json'
# Of an output and of logs: which instance wrote them.
WRITER_METADATA = 'instance-id'

State = Literal[
    'WAITING',
    'RUNNING',
    'SUCCEEDED',
    'FAILED',
]
Reason = Literal[
    'BAD_SETTINGS',
    'CLONE_FAILED',
    'REQUIREMENTS_FAILED',
    'INPUT_UNREADABLE',
    'APP_FAILED',
    'NO_OUTPUT',
    'TIMED_OUT',
    'OUT_OF_MEMORY',
    'DISK_FULL',
    'UPLOAD_FAILED',
    'LAUNCH_REFUSED',
    'NO_CAPACITY',
    'NO_IMAGE',
    'INTERRUPTED',
    'CANCELLED',
    'LOST',
]
UsageName = Literal[
    'peak_memory_bytes',
    'memory_bytes',
    'memory_limit_bytes',
    'cpu_seconds',
    'vcpus',
    'disk_used_bytes',
    'input_bytes',
    'output_bytes',
]
SettingName = Literal[
    'app_url',
    'app_ref',
    'app_main',
    'app_args',
    'app_requirements',
    'app_in_zip',
    'app_out_zip',
    'app_log',
    'ec2_timeout',
    'app_credentials',
    'python_version',
    'app_packages',
    'app_aws_access',
    'pip_config',
    'http_proxy',
    'no_proxy',
]
SettingKind = Literal[
    'text',
    'url',
    'ref',
    'path',
    'main',
    'arguments',
    'duration',
    'credentials',
    'python_version',
    'package_list',
    'proxy',
    'host_list',
    'secret',
    'variable',
    'variable_name',
    'boolean',
]

# What a setting is when its tag is missing or empty: a launch template version written by hand
# need not spell every one.
SETTING_DEFAULTS: dict[SettingName, str] = {
    'app_url': '',
    'app_ref': 'HEAD',
    'app_main': 'main.py',
    'app_args': '',
    'app_requirements': 'requirements.txt',
    'app_in_zip': 'input.zip',
    'app_out_zip': 'output.zip',
    'app_log': 'app.log',
    'ec2_timeout': '1h',
    'app_credentials': '',
    'python_version': '3.6',
    'app_packages': '',
    'app_aws_access': 'false',
    'pip_config': '',
    'http_proxy': '',
    'no_proxy': '',
}
# By which rule a setting is judged.
SETTING_KINDS: dict[SettingName, SettingKind] = {
    'app_url': 'url',
    'app_ref': 'ref',
    'app_main': 'main',
    'app_args': 'arguments',
    'app_requirements': 'path',
    'app_in_zip': 'path',
    'app_out_zip': 'path',
    'app_log': 'path',
    'ec2_timeout': 'duration',
    'app_credentials': 'credentials',
    'python_version': 'python_version',
    'app_packages': 'package_list',
    'app_aws_access': 'boolean',
    'pip_config': 'secret',
    'http_proxy': 'proxy',
    'no_proxy': 'host_list',
}
# The settings that are maps of variables, each entry a tag of its own (app_env.NAME), and how their values are judged.
SETTING_MAPS: dict[str, SettingKind] = {
    'app_env': 'variable',
    'app_secrets': 'secret',
}
# Names of variables that are the runner's or the loader's.
RESERVED_VARIABLES = r'(PATH|HOME|LANG|TMPDIR|VIRTUAL_ENV|PYTHONHOME|PYTHONUNBUFFERED|GLIBC_TUNABLES|(LD|LAMBDA_EC2)_.*|AWS_(DEFAULT_)?REGION|AWS_ENDPOINT_URL|AWS_EC2_METADATA_SERVICE_ENDPOINT)'
# The fields of the status's usage.
USAGE_NAMES: tuple[UsageName, ...] = get_args(UsageName)
PRICE_TAG = 'price_per_hour'
BUCKET_ENCRYPTION_TAG = 'bucket_encryption'
REQUEST_PAYER_TAG = 'bucket_request_payer'
TEMPLATE_VERSION_TAG = 'aws:ec2launchtemplate:version'

# The options of pip that a machine's own configuration may set.
PIP_HANDED_DOWN = (
    'index-url',
    'pypi-url',
    'extra-index-url',
    'find-links',
    'no-index',
    'trusted-host',
    'proxy',
    'cert',
    'client-cert',
    'keyring-provider',
    'timeout',
    'default-timeout',
    'retries',
)

# The longest ec2_timeout.
MAX_TIMEOUT_SECONDS = 604800
# What a job has, after its ec2_timeout, to upload what there is before the instance is powered off.
GRACE_SECONDS = 180

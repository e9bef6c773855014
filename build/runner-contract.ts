import { APP_MAPS } from '../contract/app-maps';
import { GRACE_SECONDS, MAX_TIMEOUT_SECONDS, RULES } from '../contract/app-rules';
import type { AppSetting } from '../contract/app-settings';
import { JOB_LINE_PREFIX } from '../contract/job-line';
import { INPUT_PREFIX, OUTPUT_PREFIX, outputKeys, PACKAGES_PREFIX, WRITER_METADATA } from '../contract/keys';
import { PIP_HANDED_DOWN } from '../contract/pip-options';
import { REASONS } from '../contract/reasons';
import { STATES, USAGE_NAMES } from '../contract/status';
import { BUCKET_ENCRYPTION_TAG, PRICE_TAG, REQUEST_PAYER_TAG, TEMPLATE_VERSION_TAG } from '../contract/tags';
import { RESERVED_VARIABLES } from '../contract/variable-rules';

/** The text of runner/contract.py: the runner's copy of what all sides agree on. */
export function runnerContract(settings: Readonly<Record<string, AppSetting>>): string {
  const keys = outputKeys('');
  const suffix = (key: string) => text(key.slice(OUTPUT_PREFIX.length));
  const each = (value: (setting: AppSetting) => string) =>
    Object.entries(settings).map(([name, setting]) => `    ${text(name)}: ${text(value(setting))},\n`);
  return `"""What the Lambda functions, the commands and the runner agree on.

Made from contract/ by \`npm run contract\`: change it there.
"""
from typing import Literal, get_args

# The functions write s3:// behind it; any other location is no job that could run, and ends the instance too.
JOB_LINE_PREFIX = ${text(JOB_LINE_PREFIX.replace(/s3:\/\/$/, ''))}
INPUT_PREFIX = ${text(INPUT_PREFIX)}
OUTPUT_PREFIX = ${text(OUTPUT_PREFIX)}
PACKAGES_PREFIX = ${text(PACKAGES_PREFIX)}
OUTPUT_SUFFIX = ${suffix(keys.output)}
EC2_LOG_SUFFIX = ${suffix(keys.ec2Log)}
APP_LOG_SUFFIX = ${suffix(keys.appLog)}
STATUS_SUFFIX = ${suffix(keys.status)}
# Of an output and of logs: which instance wrote them.
WRITER_METADATA = ${text(WRITER_METADATA)}

State = Literal[
${lines(STATES)}]
Reason = Literal[
${lines(REASONS)}]
UsageName = Literal[
${lines(USAGE_NAMES)}]
SettingName = Literal[
${lines(Object.keys(settings))}]
SettingKind = Literal[
${lines(Object.keys(RULES))}]

# What a setting is when its tag is missing or empty: a launch template version written by hand
# need not spell every one.
SETTING_DEFAULTS: dict[SettingName, str] = {
${each((setting) => setting.default ?? '').join('')}}
# By which rule a setting is judged.
SETTING_KINDS: dict[SettingName, SettingKind] = {
${each((setting) => setting.kind).join('')}}
# The settings that are maps of variables, each entry a tag of its own (app_env.NAME), and how their values are judged.
SETTING_MAPS: dict[str, SettingKind] = {
${Object.entries(APP_MAPS)
  .map(([name, { kind }]) => `    ${text(name)}: ${text(kind)},\n`)
  .join('')}}
# Names of variables that are the runner's or the loader's.
RESERVED_VARIABLES = r${text(RESERVED_VARIABLES)}
# The fields of the status's usage.
USAGE_NAMES: tuple[UsageName, ...] = get_args(UsageName)
PRICE_TAG = ${text(PRICE_TAG)}
BUCKET_ENCRYPTION_TAG = ${text(BUCKET_ENCRYPTION_TAG)}
REQUEST_PAYER_TAG = ${text(REQUEST_PAYER_TAG)}
TEMPLATE_VERSION_TAG = ${text(TEMPLATE_VERSION_TAG)}

# The options of pip that a machine's own configuration may set.
PIP_HANDED_DOWN = (
${lines(PIP_HANDED_DOWN)})

# The longest ec2_timeout.
MAX_TIMEOUT_SECONDS = ${MAX_TIMEOUT_SECONDS}
# What a job has, after its ec2_timeout, to upload what there is before the instance is powered off.
GRACE_SECONDS = ${GRACE_SECONDS}
`;
}

const text = (value: string) => `'${value.replace(/['\\]/g, '\\$&')}'`;
const lines = (values: readonly string[]) => values.map((value) => `    ${text(value)},\n`).join('');

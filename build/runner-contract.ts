import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { GRACE_SECONDS, MAX_TIMEOUT_SECONDS } from '../contract/app-rules';
import { JOB_LINE_PREFIX } from '../contract/job-line';
import { INPUT_PREFIX, OUTPUT_PREFIX, outputKeys } from '../contract/keys';
import { PIP_HANDED_DOWN } from '../contract/pip-options';
import { REASONS, STATES } from '../contract/status';
import { APP_SETTING_DEFAULTS, APP_SETTING_NAMES, PRICE_TAG } from '../contract/tags';

/** The runner's copy of what all sides agree on. */
export const RUNNER_CONTRACT = path.join(__dirname, '../runner-script/rootfs/usr/lib/lambda-ec2/runner/contract.py');

/** The text of {@link RUNNER_CONTRACT}, made of contract/. `npm run contract` writes it, a test compares it. */
export function runnerContract(): string {
  const keys = outputKeys('');
  const suffix = (key: string) => text(key.slice(OUTPUT_PREFIX.length));
  const defaults = APP_SETTING_NAMES.map((name) => {
    const value = name === 'app_url' ? '' : APP_SETTING_DEFAULTS[name];
    return `    ${text(name)}: ${text(value)},\n`;
  });
  return `"""What the Lambda functions, the commands and the runner agree on.

Made from contract/ by \`npm run contract\`: change it there.
"""
from typing import Literal

# The functions write s3:// behind it; any other location is no job that could run, and ends the instance too.
JOB_LINE_PREFIX = ${text(JOB_LINE_PREFIX.replace(/s3:\/\/$/, ''))}
INPUT_PREFIX = ${text(INPUT_PREFIX)}
OUTPUT_PREFIX = ${text(OUTPUT_PREFIX)}
OUTPUT_SUFFIX = ${suffix(keys.output)}
EC2_LOG_SUFFIX = ${suffix(keys.ec2Log)}
APP_LOG_SUFFIX = ${suffix(keys.appLog)}
STATUS_SUFFIX = ${suffix(keys.status)}

State = Literal[
${lines(STATES)}]
Reason = Literal[
${lines(REASONS)}]
SettingName = Literal[
${lines(APP_SETTING_NAMES)}]

# What a setting is when its tag is missing or empty: a launch template version written by hand need not spell every one.
SETTING_DEFAULTS: dict[SettingName, str] = {
${defaults.join('')}}
PRICE_TAG = ${text(PRICE_TAG)}

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

if (require.main === module) writeFileSync(RUNNER_CONTRACT, runnerContract());

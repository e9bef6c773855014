import { hasControlCharacter } from './control-characters';

/** What an hour of the instance costs in USD: what the runner makes the status's cost estimate of. */
export const PRICE_TAG = 'price_per_hour';
/** What a write into the job bucket says of its encryption: bucket-demands.ts. */
export const BUCKET_ENCRYPTION_TAG = 'bucket_encryption';
/** `true`: requests to the job bucket say that the requester pays. */
export const REQUEST_PAYER_TAG = 'bucket_request_payer';
/** The packages of the distribution that a version's image must have, their names with spaces between. */
export const SYSTEM_PACKAGES_TAG = 'system_packages';
/** Tags of an instance that are settings, and none of the app's. */
export const SETTING_TAGS: readonly string[] = [
  PRICE_TAG,
  BUCKET_ENCRYPTION_TAG,
  REQUEST_PAYER_TAG,
  SYSTEM_PACKAGES_TAG,
];
/** The stack an instance belongs to: what the guard searches for. */
export const STACK_TAG = 'lambda-ec2:stack';
/** Of an AMI: the `python_version` that was baked into it. */
export const PYTHON_TAG = 'lambda-ec2:python-version';
/** Of an AMI: the `system_packages` that were baked into it, in the same form; none without it. */
export const BAKED_PACKAGES_TAG = 'lambda-ec2:system-packages';
/** Of an AMI that Image Builder made: the ARN of its image build version. */
export const BUILD_ARN_TAG = 'Ec2ImageBuilderArn';
/**
 * Of the launch template: its default versions so far, oldest first, the present one last. EC2 keeps no record of them,
 * and CloudFormation leaves alone the tags that it did not write.
 */
export const DEFAULTS_TAG = 'lambda-ec2:defaults';
/** The job id, made displayable; never read back by a program. */
export const JOB_TAG = 'lambda-ec2:job';
/** The job token (token.ts): how a redelivered message finds the instance of its job. */
export const JOB_TOKEN_TAG = 'lambda-ec2:job-token';

/** The job run once more, in parts numbered from 0 (job-line-tags.ts): it can be longer than one tag. */
export const JOB_LINE_TAG = 'lambda-ec2:job-line';
/** Of an image build version: publish has dealt with it. */
export const HANDLED_TAG = 'lambda-ec2:handled';
/** Of an image build version that failed: people were told. Not the mark above, because the bake may be tried again. */
export const TOLD_TAG = 'lambda-ec2:failure-told';
/** Of an image build version that found no room: the subnet, so that the bakes are moved on from it once. */
export const NO_ROOM_TAG = 'lambda-ec2:no-room-in';
/** Of an AMI and its image build version: the lifecycle policy leaves it, whatever its age. */
export const KEEP_TAG = 'lambda-ec2:keep';

/** What EC2 writes on every instance of a launch template; nobody else can, because `aws:` is reserved. */
export const TEMPLATE_ID_TAG = 'aws:ec2launchtemplate:id';
export const TEMPLATE_VERSION_TAG = 'aws:ec2launchtemplate:version';

/** Every tag that this project sets or reads, beside the settings under their own names: on what it is, and what it says. */
export const TAGS: Readonly<Record<string, { on: string; meaning: string }>> = {
  [STACK_TAG]: { on: 'instance, volume, AMI, launch template', meaning: 'the stack that it belongs to' },
  [JOB_TAG]: { on: 'instance', meaning: 'the job id, for people; characters that a tag cannot show are `_`' },
  [JOB_TOKEN_TAG]: { on: 'instance', meaning: 'names the job run, so that a repeated message finds its instance' },
  [`${JOB_LINE_TAG}.0`]: { on: 'instance', meaning: 'the job run in base64url; `.1`, `.2`, ... when it is long' },
  [PRICE_TAG]: { on: 'instance', meaning: 'the setting of this name, for the cost estimate' },
  [SYSTEM_PACKAGES_TAG]: { on: 'instance', meaning: 'the setting of this name: what the image must have' },
  [BUCKET_ENCRYPTION_TAG]: {
    on: 'instance',
    meaning: 'what objects that are written say of their encryption: `AES256`, `aws:kms` or the ARN of a key',
  },
  [REQUEST_PAYER_TAG]: { on: 'instance', meaning: '`true`: requests to the bucket say that the requester pays' },
  [TEMPLATE_ID_TAG]: { on: 'instance', meaning: 'the launch template; written by EC2' },
  [TEMPLATE_VERSION_TAG]: { on: 'instance', meaning: 'its version; written by EC2' },
  [DEFAULTS_TAG]: { on: 'launch template', meaning: 'its default versions so far, for `rollback`' },
  [PYTHON_TAG]: { on: 'AMI', meaning: 'the `python_version` that was baked' },
  [BAKED_PACKAGES_TAG]: { on: 'AMI', meaning: 'the `system_packages` that were baked' },
  [BUILD_ARN_TAG]: { on: 'AMI', meaning: 'the image build version that made it; written by Image Builder' },
  [HANDLED_TAG]: {
    on: 'image build version',
    meaning: 'publish has dealt with it: taken off the newest, it is published again',
  },
  [TOLD_TAG]: { on: 'image build version', meaning: 'the message that this bake failed was sent' },
  [NO_ROOM_TAG]: {
    on: 'image build version',
    meaning:
      'the subnet in which this bake found no room; publish has started it in the next, unless that was the last',
  },
  [KEEP_TAG]: {
    on: 'AMI, image build version',
    meaning: '`true`: it stays, whatever its age, until `purge` removes all',
  },
};

/**
 * EC2's limits: 50 tags a resource, those of AWS itself (`aws:`) not counted, and 256 characters a value.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions (read 2026-11-26)
 */
export const MAX_TAGS = 50;
export const MAX_TAG_VALUE = 256;
/** As many tags the launcher adds to a version's own at most: `Name`, job, token, and the longest job run. */
export const LAUNCH_TAGS = 10;

/**
 * Keys that instance metadata can show. RunInstances refuses any other once `InstanceMetadataTags` is enabled, so that
 * a single bad key in a template makes every launch fail (`InvalidParameterValue`, "is not a valid tag key").
 */
const METADATA_TAG_KEY = /^[0-9a-zA-Z\-_+=,.@:]{1,127}$/;
const RESERVED_KEYS = new Set(['.', '..', '_index']);

/**
 * Every problem of the instance tags of a launch template version, as sentences; empty when a launch with them, and with
 * those that the launcher adds, would be accepted.
 */
export function tagProblems(tags: Readonly<Record<string, string>>): string[] {
  const problems: string[] = [];
  const entries = Object.entries(tags);
  if (entries.length > MAX_TAGS - LAUNCH_TAGS) {
    const room = `an instance can hold ${MAX_TAGS}, of which ${LAUNCH_TAGS} are its job's`;
    problems.push(`${entries.length} tags: ${room}, so leave ${entries.length - MAX_TAGS + LAUNCH_TAGS} out`);
  }
  for (const [key, value] of entries) {
    if (!METADATA_TAG_KEY.test(key) || RESERVED_KEYS.has(key)) {
      problems.push(`tag key ${JSON.stringify(key)}: use only letters, digits and - _ + = , . @ : (at most 127)`);
    } else if (/^aws:/i.test(key)) {
      problems.push(`tag key ${JSON.stringify(key)}: the prefix aws: is reserved`);
    }
    if (value.length > MAX_TAG_VALUE) {
      problems.push(`tag ${key}: ${value.length} characters, the limit is ${MAX_TAG_VALUE}`);
    }
    if (hasControlCharacter(value)) problems.push(`tag ${key}: the value holds a control character`);
  }
  return problems;
}

/**
 * Text made fit for a tag value that people read: characters outside EC2's portable set become `_`, and what is too
 * long loses its beginning, because the end of a job id tells more.
 */
export function displayValue(text: string): string {
  const safe = text.replace(/[^\p{L}\p{N} _.:/=+\-@]/gu, '_');
  if (safe.length <= MAX_TAG_VALUE) return safe;
  const tail = safe.slice(safe.length - MAX_TAG_VALUE + 3);
  return `...${/^[\udc00-\udfff]/.test(tail) ? tail.slice(1) : tail}`; // never half a surrogate pair
}

import { APP_SETTING_NAMES } from './app-settings';
import { MAX_JOB_LINE_TAGS } from './job-line-tags';
import { BUILD_ARN_TAG, JOB_TAG, JOB_TOKEN_TAG, MAX_TAG_VALUE, MAX_TAGS, PRICE_TAG, STACK_TAG } from './tags';

/**
 * Letters, digits and what every service on the way takes in a key: instance metadata no `/` and no space
 * (contract/tags.ts), IAM, S3 and SQS no `,` ("Tag", IAM API Reference), Image Builder no `@` ("AmiDistributionConfiguration",
 * Image Builder API Reference; read November 2026).
 */
const KEY = /^[A-Za-z0-9_.:=+-]{1,127}$/;
const RESERVED_PREFIX = /^(aws|lambda-ec2):/i;
/**
 * Keys that somebody else writes: the launcher and the console `Name`, Image Builder the others ("Create infrastructure
 * configuration", EC2 Image Builder User Guide), the settings themselves the rest.
 */
const RESERVED_KEYS = new Set(
  ['.', '..', '_index', 'Name', 'Tags', 'CreatedBy', BUILD_ARN_TAG, PRICE_TAG, ...APP_SETTING_NAMES].map((key) =>
    key.toLowerCase(),
  ),
);
/** What every service takes in a value ("Tag", IAM API Reference, is the narrowest); CloudFormation takes no empty one. */
const VALUE = /^[\p{L}\p{N}_.:/=+@-]([\p{L}\p{N} _.:/=+@-]*[\p{L}\p{N}_.:/=+@-])?$/u;

/** Beside the settings: the stack on every instance, and what a launch adds for its job (lambda/launch/request.ts). */
const TAGS_OF_A_JOB = [STACK_TAG, 'Name', JOB_TAG, JOB_TOKEN_TAG].length + MAX_JOB_LINE_TAGS;

/**
 * How many tags the setting may have: an instance has 50, of which the settings of the app, all of them, the price and
 * what a launch adds take their part even for the longest of keys.
 */
export const MAX_OWN_TAGS = MAX_TAGS - APP_SETTING_NAMES.length - 1 - TAGS_OF_A_JOB;

/** Whether a key of an instance's tags can only come from the setting `tags`, or from a person. */
export function isOwnTag(key: string): boolean {
  return !RESERVED_PREFIX.test(key) && !RESERVED_KEYS.has(key.toLowerCase());
}

/** What is wrong with one tag of the setting: what is allowed instead, or undefined. */
export function ownTagProblem(key: string, value: string): string | undefined {
  if (!KEY.test(key)) return 'use a key of 1 to 127 letters, digits and _ . : = + -, which instance metadata can show';
  if (!isOwnTag(key)) return 'use another key: AWS, Image Builder or lambda-ec2 itself writes this one';
  if (value === '' || value.length > MAX_TAG_VALUE) return `use a value of 1 to ${MAX_TAG_VALUE} characters`;
  return VALUE.test(value)
    ? undefined
    : 'use a value of letters, digits, _ . : / = + - @ and spaces between them, which every service takes';
}

/** Keys that differ in case alone, which IAM takes for the same one ("Rules for tagging in IAM", IAM User Guide). */
export function likeKeys(keys: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return keys.find((key) => seen.size === seen.add(key.toLowerCase()).size);
}

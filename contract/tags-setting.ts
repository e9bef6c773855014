import { entryOf } from './app-maps';
import { APP_SETTING_NAMES } from './app-settings';
import { BUILD_ARN_TAG, LAUNCH_TAGS, MAX_TAG_VALUE, MAX_TAGS, SETTING_TAGS, STACK_TAG } from './tags';

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
  ['.', '..', '_index', 'Name', 'Tags', 'CreatedBy', BUILD_ARN_TAG, ...SETTING_TAGS, ...APP_SETTING_NAMES].map((key) =>
    key.toLowerCase(),
  ),
);
/** What every service takes in a value ("Tag", IAM API Reference, is the narrowest); CloudFormation takes no empty one. */
const VALUE = /^[\p{L}\p{N}_.:/=+@-]([\p{L}\p{N} _.:/=+@-]*[\p{L}\p{N}_.:/=+@-])?$/u;

/** On every instance beside the settings of the app. */
const OTHER_TAGS = [...SETTING_TAGS, STACK_TAG];

/**
 * How many tags the setting may have: an instance has 50, of which the settings of the app, all of them, the others, the
 * stack and what a launch adds take their part even for the longest of keys.
 */
export const MAX_OWN_TAGS = MAX_TAGS - LAUNCH_TAGS - OTHER_TAGS.length - APP_SETTING_NAMES.length;

/** Whether a key of an instance's tags can only come from the setting `tags`, or from a person. */
export function isOwnTag(key: string): boolean {
  return (
    !RESERVED_PREFIX.test(key) && !RESERVED_KEYS.has(key.toLowerCase()) && entryOf(key.toLowerCase()) === undefined
  );
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

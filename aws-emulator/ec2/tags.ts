import type { Tag, TagSpecification } from '@aws-sdk/client-ec2';
import { Ec2Error, invalidParameterValue } from './errors';

/** Tags by key. */
export type Tags = Record<string, string>;

const MAX_TAGS = 50;
const MAX_KEY = 128;
const MAX_VALUE = 256;

/**
 * What a key must be once instance metadata shows it; EC2 checks at the launch, in these words (seek-oss/aec #411).
 * Written down apart from the project's own rule for settings, so that the one proves the other.
 */
const METADATA_KEY = /^[0-9a-zA-Z\-_+=,.@:]{1,255}$/;
const RESERVED_METADATA_KEYS = ['.', '..', '_index'];

/**
 * The tags that a caller asked for, by EC2's limits for every taggable resource ("Tag your Amazon EC2 resources").
 *
 * @throws Ec2Error `InvalidParameterValue` or `TagLimitExceeded`
 */
export function readTags(list: Tag[] | undefined): Tags {
  const tags: Tags = {};
  for (const { Key, Value } of list ?? []) {
    if (!Key) throw invalidParameterValue('Tag key cannot be null or empty');
    if (Key.length > MAX_KEY)
      throw invalidParameterValue(`Tag key exceeds the maximum length of ${MAX_KEY} characters`);
    if (/^aws:/i.test(Key)) throw invalidParameterValue("Tag keys starting with 'aws:' are reserved for internal use");
    if (Object.hasOwn(tags, Key)) throw invalidParameterValue(`Duplicate tag key '${Key}' specified.`);
    if ((Value ?? '').length > MAX_VALUE) {
      throw invalidParameterValue(`Tag value exceeds the maximum length of ${MAX_VALUE} characters`);
    }
    tags[Key] = Value ?? '';
  }
  checkTagCount(tags);
  return tags;
}

/** @throws Ec2Error `TagLimitExceeded` above 50; EC2's own `aws:` tags do not count */
export function checkTagCount(tags: Tags): void {
  const own = Object.keys(tags).filter((key) => !key.startsWith('aws:'));
  if (own.length > MAX_TAGS) {
    throw new Ec2Error('TagLimitExceeded', `The maximum number of tags per resource is ${MAX_TAGS}`);
  }
}

/** @throws Ec2Error `InvalidParameterValue` for a key that instance metadata cannot show */
export function checkMetadataKeys(tags: Tags): void {
  for (const key of Object.keys(tags)) {
    if (METADATA_KEY.test(key) && !RESERVED_METADATA_KEYS.includes(key)) continue;
    throw invalidParameterValue(
      `'${key}' is not a valid tag key. Tag keys must match pattern ([0-9a-zA-Z\\-_+=,.@:]{1,255}), ` +
        "and must not be a reserved name ('.', '..', '_index')",
    );
  }
}

/** The tags of one resource type among tag specifications. */
export function tagsFor(specifications: TagSpecification[] | undefined, resourceType: string): Tags {
  const specs = (specifications ?? []).filter((spec) => spec.ResourceType === resourceType);
  return readTags(specs.flatMap((spec) => spec.Tags ?? []));
}

/** Tags the way answers hold them. */
export function tagSet(tags: Tags): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

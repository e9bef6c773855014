import { INPUT_PREFIX, INPUT_SUFFIX } from '../contract/keys';

/** What the system itself writes lies below it too. */
const OWN = 'app_runner/';

/** What to tell a person whose upload starts no job; undefined for objects that were not meant to. */
export function ignoredUpload(key: string): string | undefined {
  const isInput = key.startsWith(INPUT_PREFIX);
  if ((isInput && key.endsWith(INPUT_SUFFIX)) || (key.startsWith(OWN) && !isInput)) return undefined;
  return `upload ${key} starts no job: only keys of the form ${INPUT_PREFIX}NAME${INPUT_SUFFIX} do, with ${INPUT_SUFFIX} in small letters`;
}

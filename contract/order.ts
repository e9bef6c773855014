/** What tells two runs of one job id apart: the upload (S3's sequencer) and which try at it this is (from 1). */
export interface RunOrder {
  sequencer: string;
  attempt: number;
}

/** "A string representation of a hexadecimal value" (event message structure, S3 User Guide), or unknown. */
const SEQUENCER = /^[0-9a-f]{0,64}$/i;

/**
 * Whether text can be a sequencer of S3's. Any other would compare as newer or older than all uploads there will be.
 */
export function isSequencer(text: string): boolean {
  return SEQUENCER.test(text);
}

/**
 * Compares two sequencers of one key: below 0 when `a` is the older upload, 0 when they are one, above 0 when newer.
 *
 * S3's rule (event message structure): hexadecimal strings of different lengths; right-pad the shorter with zeros,
 * then compare as text. They order events of one key only. A job id has more than one key, though: `may.zip` and
 * `template=7/may.zip`. Those are compared all the same, because what S3 sends begins with the time in seconds; nothing
 * documents that it does. An empty sequencer (a record written by hand) is older than every real one.
 */
export function compareSequencers(a: string, b: string): number {
  const length = Math.max(a.length, b.length);
  const left = a.toLowerCase().padEnd(length, '0');
  const right = b.toLowerCase().padEnd(length, '0');
  return Number(left > right) - Number(left < right);
}

/** Orders two runs of one job id: by upload first, then by attempt. Same sign convention as a sort comparator. */
export function compareRuns(a: RunOrder, b: RunOrder): number {
  return compareSequencers(a.sequencer, b.sequencer) || a.attempt - b.attempt;
}

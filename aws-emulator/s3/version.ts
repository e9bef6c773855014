import type { StoredChecksum } from './checksums';
import type { Description } from './description';

/** The version id of objects written without versioning (S3 User Guide, "Using versioning"). */
export const NULL_VERSION = 'null';

/** What a writer gives: everything but what the bucket assigns. */
export interface VersionDraft {
  deleteMarker: boolean;
  /** Bytes. */
  size: number;
  /** Without quotation marks; with `-N` behind it for N parts. */
  etag: string;
  description: Description;
  checksum?: StoredChecksum;
}

/** One version of one object, or a delete marker. */
export interface ObjectVersion extends VersionDraft {
  key: string;
  versionId: string;
  /** Hexadecimal, greater for every later write; names the version's file too. */
  sequencer: string;
  lastModified: Date;
}

let lastSequencer = 0n;

/** 18 hexadecimal digits, as long as S3's, each greater than the one before. They begin with the time. */
export function nextSequencer(): string {
  // 20 bits below the millisecond leave room for bursts without running ahead of the clock.
  const now = BigInt(Date.now()) << 20n;
  lastSequencer = now > lastSequencer ? now : lastSequencer + 1n;
  return lastSequencer.toString(16).toUpperCase().padStart(18, '0');
}

/** What a delete marker is made of. */
export const DELETE_MARKER: VersionDraft = { deleteMarker: true, size: 0, etag: '', description: {} };

/** The version id as answers have it: undefined where there is no versioning. */
export function versionIdOf({ versionId }: ObjectVersion): string | undefined {
  return versionId === NULL_VERSION ? undefined : versionId;
}

import type { StoredChecksum } from './checksums';

/** The version id of objects written while versioning is off or suspended (S3 User Guide, "Using versioning"). */
export const NULL_VERSION = 'null';

/** What a writer gives: everything but what the store assigns. */
export interface VersionDraft {
  readonly deleteMarker: boolean;
  /** Bytes. */
  readonly size: number;
  /** Without quotation marks; with `-N` behind it for N parts. */
  readonly etag: string;
  /** Response headers kept with the object, by lower-case name: `content-type`, `cache-control`, ... */
  readonly headers: Readonly<Record<string, string>>;
  /** User metadata, by lower-case name without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly checksum?: StoredChecksum;
}

/** One version of one object, or a delete marker, as kept in its JSON file beside the data. */
export interface ObjectVersion extends VersionDraft {
  readonly key: string;
  readonly versionId: string;
  /** Hexadecimal, greater for every later write of this store; names the version's files too. */
  readonly sequencer: string;
  /** ISO 8601. */
  readonly lastModified: string;
}

/** What a delete marker is made of. */
export const DELETE_MARKER: VersionDraft = {
  deleteMarker: true,
  size: 0,
  etag: '',
  headers: {},
  metadata: {},
  tags: {},
};

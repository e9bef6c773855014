import type { Algorithm, ChecksumType, StoredChecksum } from './checksums';
import type { Description } from './description';

/** A multipart upload that has been created and neither completed nor aborted. */
export interface Upload {
  readonly id: string;
  readonly key: string;
  readonly description: Description;
  readonly algorithm?: Algorithm;
  readonly checksumType?: ChecksumType;
  readonly parts: Map<number, Part>;
  /** Its parts are being joined: a second completion at the same time would find them gone. */
  completing: boolean;
}

/** One uploaded part. */
export interface Part {
  readonly number: number;
  readonly size: number;
  /** Hexadecimal MD5. */
  readonly etag: string;
  readonly checksum?: StoredChecksum;
  readonly path: string;
}

import type { Algorithm, ChecksumType, StoredChecksum } from './checksums';
import type { Description } from './description';

/** A multipart upload that has been created and neither completed nor aborted. */
export interface Upload {
  id: string;
  key: string;
  description: Description;
  initiated: Date;
  algorithm?: Algorithm;
  checksumType?: ChecksumType;
  parts: Map<number, Part>;
  /** Its parts are being joined: a second completion at the same time would find them gone. */
  completing: boolean;
}

/** One uploaded part. */
export interface Part {
  number: number;
  size: number;
  /** Hexadecimal MD5. */
  etag: string;
  checksum?: StoredChecksum;
  lastModified: Date;
  path: string;
}

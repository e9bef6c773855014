import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { type StoredChecksum, startChecksum } from './checksums';
import type { Part, Upload } from './upload';

/** What an object of several parts is known by. */
export interface Joined {
  size: number;
  /** MD5 of the parts' MD5s, with `-N` behind it. */
  etag: string;
  checksum?: StoredChecksum;
}

/**
 * Writes the parts behind one another into one file.
 *
 * @param path a path no one else uses
 */
export async function joinParts(upload: Upload, parts: readonly Part[], path: string): Promise<Joined> {
  const whole = upload.algorithm && upload.checksumType === 'FULL_OBJECT' ? startChecksum(upload.algorithm) : undefined;
  await pipeline(
    async function* () {
      for (const part of parts) {
        for await (const piece of createReadStream(part.path, { highWaterMark: 1024 * 1024 })) {
          whole?.update(piece);
          yield piece;
        }
      }
    },
    createWriteStream(path, { flags: 'wx' }),
  );
  const md5 = createHash('md5');
  for (const part of parts) md5.update(part.etag, 'hex');
  return {
    size: parts.reduce((sum, part) => sum + part.size, 0),
    etag: `${md5.digest('hex')}-${parts.length}`,
    checksum:
      whole && upload.algorithm
        ? { algorithm: upload.algorithm, value: await whole.base64(), type: 'FULL_OBJECT' }
        : await compositeChecksum(upload, parts),
  };
}

/** The checksum of the parts' checksums; none when a part came without. */
async function compositeChecksum({ algorithm }: Upload, parts: readonly Part[]): Promise<StoredChecksum | undefined> {
  if (!algorithm) return undefined;
  const digest = startChecksum(algorithm);
  for (const { checksum } of parts) {
    if (!checksum) return undefined;
    digest.update(Buffer.from(checksum.value, 'base64'));
  }
  return { algorithm, value: `${await digest.base64()}-${parts.length}`, type: 'COMPOSITE' };
}

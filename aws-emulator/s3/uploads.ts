import { randomBytes } from 'node:crypto';
import { renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Bucket } from './bucket';
import { S3Error } from './errors';
import type { Part, Upload } from './upload';

/** @returns the id of a new upload */
export function createUpload(bucket: Bucket, given: Omit<Upload, 'id' | 'initiated' | 'parts' | 'completing'>): string {
  const id = randomBytes(24).toString('base64url');
  bucket.uploads.set(id, { ...given, id, initiated: new Date(), parts: new Map(), completing: false });
  return id;
}

/** @throws S3Error NoSuchUpload when there is none of this id for this key */
export function getUpload(bucket: Bucket, key: string, id: string): Upload {
  const upload = bucket.uploads.get(id);
  if (upload?.key !== key) {
    throw new S3Error(
      'NoSuchUpload',
      'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
      { UploadId: id },
    );
  }
  return upload;
}

/**
 * Adds a part, in place of an earlier one of the same number.
 *
 * @param dataFile a complete file, which is moved into the bucket
 */
export function addPart(
  bucket: Bucket,
  upload: Upload,
  part: Omit<Part, 'path' | 'lastModified'>,
  dataFile: string,
): void {
  const file = path.join(bucket.dir, 'uploads', randomBytes(16).toString('hex'));
  renameSync(dataFile, file);
  const replaced = upload.parts.get(part.number);
  upload.parts.set(part.number, { ...part, lastModified: new Date(), path: file });
  if (replaced) rmSync(replaced.path, { force: true });
}

/** Forgets an upload and its parts. */
export function removeUpload(bucket: Bucket, upload: Upload): void {
  bucket.uploads.delete(upload.id);
  for (const part of upload.parts.values()) rmSync(part.path, { force: true });
}

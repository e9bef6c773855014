import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Attributes } from './attributes';
import type { Bucket } from './bucket';
import type { Algorithm, ChecksumType, StoredChecksum } from './checksums';
import { S3Error } from './errors';
import { readJson, writeJson } from './files';

/** A multipart upload that has been created and neither completed nor aborted. */
export interface Upload {
  readonly id: string;
  readonly key: string;
  /** ISO 8601. */
  readonly initiated: string;
  readonly attributes: Attributes;
  readonly algorithm?: Algorithm;
  readonly checksumType?: ChecksumType;
}

/** One uploaded part; its bytes are in `file`, within the upload's directory. */
export interface Part {
  readonly number: number;
  readonly size: number;
  /** Hexadecimal MD5. */
  readonly etag: string;
  readonly checksum?: StoredChecksum;
  readonly lastModified: string;
  readonly file: string;
}

/**
 * Begins an upload: a directory in the bucket's `uploads`, so that it survives a restart.
 */
export function createUpload(bucket: Bucket, given: Omit<Upload, 'id' | 'initiated'>): Upload {
  const upload = { ...given, id: randomBytes(24).toString('base64url'), initiated: new Date().toISOString() };
  mkdirSync(directory(bucket, upload.id));
  writeJson(join(directory(bucket, upload.id), 'upload.json'), upload);
  return upload;
}

/** @throws S3Error NoSuchUpload when there is none of this id for this key */
export function getUpload(bucket: Bucket, key: string, id: string): Upload {
  const path = join(directory(bucket, id), 'upload.json');
  const upload = /^[\w-]+$/.test(id) && existsSync(path) ? readJson<Upload>(path) : undefined;
  if (upload?.key !== key) {
    throw new S3Error(
      'NoSuchUpload',
      'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
      { UploadId: id },
    );
  }
  return upload;
}

/** Every upload of a bucket, in no particular order. */
export function listUploads(bucket: Bucket): Upload[] {
  const root = join(bucket.dir, 'uploads');
  return readdirSync(root)
    .map((id) => join(root, id, 'upload.json'))
    .filter((path) => existsSync(path))
    .map((path) => readJson<Upload>(path));
}

/**
 * Adds a part, in place of an earlier one of the same number.
 *
 * @param dataFile a complete file, which is moved into the upload
 */
export function addPart(
  bucket: Bucket,
  upload: Upload,
  part: Omit<Part, 'file' | 'lastModified'>,
  dataFile: string,
): Part {
  const dir = directory(bucket, upload.id);
  const description = join(dir, `part-${part.number}.json`);
  const replaced = existsSync(description) ? readJson<Part>(description).file : undefined;
  const added = { ...part, lastModified: new Date().toISOString(), file: `data-${randomBytes(8).toString('hex')}` };
  renameSync(dataFile, join(dir, added.file));
  writeJson(description, added);
  if (replaced) rmSync(join(dir, replaced), { force: true });
  return added;
}

/** The parts of an upload by rising number. */
export function listParts(bucket: Bucket, upload: Upload): Part[] {
  const dir = directory(bucket, upload.id);
  return readdirSync(dir)
    .filter((file) => /^part-\d+\.json$/.test(file))
    .map((file) => readJson<Part>(join(dir, file)))
    .sort((a, b) => a.number - b.number);
}

export function partPath(bucket: Bucket, upload: Upload, part: Part): string {
  return join(directory(bucket, upload.id), part.file);
}

/** Forgets an upload and its parts. */
export function removeUpload(bucket: Bucket, upload: Upload): void {
  rmSync(directory(bucket, upload.id), { recursive: true, force: true });
}

function directory(bucket: Bucket, id: string): string {
  return join(bucket.dir, 'uploads', id);
}

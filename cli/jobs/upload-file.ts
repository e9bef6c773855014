import { createReadStream, statSync } from 'node:fs';
import type { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { transferBar } from '../shared/transfer-bar';

export interface UploadOptions {
  bucket: string;
  key: string;
  signal?: AbortSignal;
  quiet?: boolean;
}

/**
 * Uploads a file in parts, with a bar for a large one. Returns the version id, empty in a bucket without versions.
 * Rejects on `signal`: then nothing was uploaded.
 */
export async function uploadFile(
  s3: S3Client,
  file: string,
  { bucket, key, signal, quiet }: UploadOptions,
): Promise<string> {
  const bar = transferBar('uploading', statSync(file).size, quiet);
  const params = { Bucket: bucket, Key: key, Body: createReadStream(file), ContentType: 'application/zip' };
  const upload = new Upload({ client: s3, params });
  const abort = () => void upload.abort();
  signal?.addEventListener('abort', abort, { once: true });
  upload.on('httpUploadProgress', ({ loaded = 0 }) => bar.update(loaded));
  try {
    signal?.throwIfAborted();
    return (await upload.done()).VersionId ?? '';
  } finally {
    signal?.removeEventListener('abort', abort);
    bar.stop();
  }
}

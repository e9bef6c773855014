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
 * Rejects on `signal` when nothing was uploaded: what is on its way as a whole by then arrives.
 */
export async function uploadFile(
  s3: S3Client,
  file: string,
  { bucket, key, signal, quiet }: UploadOptions,
): Promise<string> {
  const bar = transferBar('uploading', statSync(file).size, quiet);
  // Upload's own abort() does not wait for the requests that are under way, so that nobody knows what became of them. A
  // file that ends early makes it take back its parts first.
  const Body = createReadStream(file, { signal });
  const params = { Bucket: bucket, Key: key, Body, ContentType: 'application/zip' };
  const upload = new Upload({ client: s3, params });
  upload.on('httpUploadProgress', ({ loaded = 0 }) => bar.update(loaded));
  try {
    return (await upload.done()).VersionId ?? '';
  } finally {
    bar.stop();
  }
}

import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  type S3Client,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { EXIT, UserError } from '../../contract/user-error';
import type { InputObject } from './input';

/** CopyObject takes no more (https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html). */
const MOST_AT_ONCE = 5 * 1024 ** 3;
const PART_BYTES = 512 * 1024 ** 2;

interface Target {
  bucket: string;
  key: string;
}

/**
 * Copies an object within S3, of any size. Returns the version id of the new one, empty in a bucket without versions.
 * Rejects on `signal` when nothing was copied.
 *
 * @throws UserError when there is no such object or it is empty
 */
export async function copyObject(
  s3: S3Client,
  source: InputObject,
  target: Target,
  signal?: AbortSignal,
): Promise<string> {
  const size = source.size ?? (await sizeOf(s3, source));
  const path = [source.bucket, ...source.key.split('/')].map(encodeURIComponent).join('/');
  const CopySource = source.versionId ? `${path}?versionId=${encodeURIComponent(source.versionId)}` : path;
  const to = { Bucket: target.bucket, Key: target.key };
  if (size > MOST_AT_ONCE) return copyParts(s3, CopySource, to, size, signal);
  // S3 refuses to copy an object to itself as it is; with its metadata set anew it takes it.
  const answer = await s3.send(
    new CopyObjectCommand({
      ...to,
      CopySource,
      MetadataDirective: 'REPLACE',
      TaggingDirective: 'REPLACE',
      ContentType: 'application/zip',
    }),
  );
  return answer.VersionId ?? '';
}

/**
 * Bytes of an object that can be an input.
 *
 * @throws UserError when there is none or it is empty
 */
export async function sizeOf(s3: S3Client, { bucket, key, versionId }: InputObject): Promise<number> {
  const name = `s3://${bucket}/${key}${versionId ? ` (version ${versionId})` : ''}`;
  try {
    const command = new HeadObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId });
    const { ContentLength = 0 } = await s3.send(command);
    if (ContentLength > 0) return ContentLength;
  } catch (error) {
    const { name: code, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    if (!['NotFound', 'NoSuchKey', 'NoSuchVersion', 'NoSuchBucket'].includes(code) && $metadata?.httpStatusCode !== 404)
      throw error;
    throw new UserError(`${name}: there is no such object`, EXIT.missing);
  }
  throw new UserError(`${name}: the object is empty, and an input is a zip file`);
}

async function copyParts(
  s3: S3Client,
  CopySource: string,
  to: { Bucket: string; Key: string },
  size: number,
  signal?: AbortSignal,
): Promise<string> {
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...to, ContentType: 'application/zip' }));
  try {
    const Parts: { PartNumber: number; ETag?: string }[] = [];
    for (let at = 0; at < size; at += PART_BYTES) {
      signal?.throwIfAborted();
      const PartNumber = Parts.length + 1;
      const CopySourceRange = `bytes=${at}-${Math.min(at + PART_BYTES, size) - 1}`;
      const part = await s3.send(
        new UploadPartCopyCommand({ ...to, UploadId, PartNumber, CopySource, CopySourceRange }),
      );
      Parts.push({ PartNumber, ETag: part.CopyPartResult?.ETag });
    }
    const done = await s3.send(new CompleteMultipartUploadCommand({ ...to, UploadId, MultipartUpload: { Parts } }));
    return done.VersionId ?? '';
  } catch (error) {
    await s3.send(new AbortMultipartUploadCommand({ ...to, UploadId })).catch(() => undefined);
    throw error;
  }
}

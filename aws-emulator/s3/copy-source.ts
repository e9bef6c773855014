import type { CopyObjectCommandInput } from '@aws-sdk/client-s3';
import type { Bucket } from './bucket';
import { checkRead } from './conditions';
import { S3Error } from './errors';
import { findVersion } from './find-version';
import type { Store } from './store';
import type { ObjectVersion } from './version';

type CopySourceInput = Pick<CopyObjectCommandInput, Extract<keyof CopyObjectCommandInput, `CopySourceIf${string}`>>;

/**
 * Finds the object that `x-amz-copy-source` names (`BUCKET/KEY?versionId=V`, percent-encoded), and checks the
 * conditions on it.
 *
 * @throws S3Error InvalidArgument for an unreadable header, and what findVersion and checkRead throw
 */
export function copySource(
  input: CopySourceInput & { CopySource: string },
  store: Store,
): { bucket: Bucket; version: ObjectVersion } {
  // Split before decoding: a key may hold an encoded question mark.
  const [, bucketName, key, versionId] =
    /^(?:\/|%2F)?([^/?%]+)(?:\/|%2F)(.+?)(?:\?versionId=([^?]*))?$/i.exec(input.CopySource) ?? [];
  if (bucketName === undefined || key === undefined) {
    throw new S3Error('InvalidArgument', 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey');
  }
  const bucket = store.get(bucketName);
  const version = findVersion(bucket, decode(key), versionId && decode(versionId));
  const conditions = {
    IfMatch: input.CopySourceIfMatch,
    IfNoneMatch: input.CopySourceIfNoneMatch,
    IfModifiedSince: input.CopySourceIfModifiedSince,
    IfUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
  };
  if (checkRead(conditions, version) === 'not-modified') {
    throw new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
  }
  return { bucket, version };
}

function decode(header: string): string {
  try {
    return decodeURIComponent(header);
  } catch {
    throw new S3Error('InvalidArgument', 'x-amz-copy-source is not valid percent-encoding');
  }
}

import type { Bucket } from './bucket';
import type { Call } from './call';
import { checkRead } from './conditions';
import { S3Error } from './errors';
import { findVersion } from './find-version';
import type { ObjectVersion } from './version';

/**
 * Finds the object that `x-amz-copy-source` names (`BUCKET/KEY?versionId=V`, percent-encoded), and checks the
 * conditions on it.
 *
 * @throws S3Error InvalidArgument for an unreadable header, and what findVersion and checkRead throw
 */
export function copySource(call: Call): { bucket: Bucket; version: ObjectVersion } {
  const header = call.headers['x-amz-copy-source'] ?? '';
  // Split before decoding: a key may hold an encoded question mark.
  const [, bucketName, key, versionId] =
    /^(?:\/|%2F)?([^/?%]+)(?:\/|%2F)(.+?)(?:\?versionId=([^?]*))?$/i.exec(header) ?? [];
  if (bucketName === undefined || key === undefined) {
    throw new S3Error('InvalidArgument', 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey');
  }
  const bucket = call.store.get(bucketName);
  const version = findVersion(bucket, decode(key), versionId && decode(versionId));
  if (checkRead(call.headers, version, 'x-amz-copy-source-') === 'not-modified') {
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

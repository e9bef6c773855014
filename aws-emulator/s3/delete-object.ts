import type { Bucket } from './bucket';
import { bucketOf, type Call } from './call';
import { checkWrite } from './conditions';
import { S3Error } from './errors';
import { receiveText } from './receive';
import { replyEmpty, replyXml } from './reply';
import { DELETE_MARKER, type ObjectVersion } from './version';
import { leaf, list, type Parsed, parseXml, type XmlTree } from './xml';

/** DeleteObjects takes at most this many keys. */
const MOST_KEYS = 1000;

/** DeleteObject. */
export function deleteObject(call: Call): void {
  const bucket = bucketOf(call);
  const versionId = call.query.get('versionId');
  if (call.headers['if-match'] !== undefined) checkWrite(call.headers, bucket.current(call.key));
  const { marker, removed } = deleteOne(bucket, call.key, versionId);
  replyEmpty(call, 204, {
    'x-amz-delete-marker': marker || removed?.deleteMarker ? 'true' : undefined,
    'x-amz-version-id': marker?.versionId ?? removed?.versionId,
  });
}

/** DeleteObjects: a batch, each key with its own outcome. */
export async function deleteObjects(call: Call): Promise<void> {
  const bucket = bucketOf(call);
  requireIntegrityHeader(call);
  const request = parseXml(await receiveText(call), 'Delete');
  const objects = list(request, 'Object');
  if (objects.length === 0 || objects.length > MOST_KEYS) {
    throw new S3Error('MalformedXML', `A batch names between 1 and ${MOST_KEYS} objects`);
  }
  const deleted = objects.map((object) => deleteFromBatch(bucket, object));
  replyXml(call, 'DeleteResult', { Deleted: leaf(request, 'Quiet') === 'true' ? undefined : deleted });
}

function deleteFromBatch(bucket: Bucket, object: Parsed): XmlTree {
  const key = leaf(object, 'Key');
  if (key === undefined) throw new S3Error('MalformedXML', 'Every object of a batch needs a Key');
  const versionId = leaf(object, 'VersionId');
  const { marker, removed } = deleteOne(bucket, key, versionId);
  return {
    Key: key,
    VersionId: versionId,
    DeleteMarker: marker || removed?.deleteMarker ? true : undefined,
    DeleteMarkerVersionId: marker?.versionId ?? (removed?.deleteMarker ? removed.versionId : undefined),
  };
}

/**
 * Deletes a key or one of its versions. Deleting what is not there succeeds.
 * Source: S3 User Guide, "Deleting object versions from a versioning-enabled bucket".
 */
function deleteOne(
  bucket: Bucket,
  key: string,
  versionId: string | undefined,
): { marker?: ObjectVersion; removed?: ObjectVersion } {
  if (versionId === undefined && bucket.versioning !== undefined) return { marker: bucket.add(key, DELETE_MARKER) };
  const wanted = versionId ?? 'null';
  const removed = bucket.versionsOf(key).find((one) => one.versionId === wanted);
  if (removed) bucket.remove(removed);
  return versionId === undefined ? {} : { removed };
}

/** S3 refuses a batch deletion whose list is not protected against damage on the way. */
function requireIntegrityHeader({ headers }: Call): void {
  const names = Object.keys(headers);
  if (names.some((name) => name === 'content-md5' || name === 'x-amz-trailer' || name.startsWith('x-amz-checksum-')))
    return;
  throw new S3Error('InvalidRequest', 'Missing required header for this request: Content-MD5 OR x-amz-checksum-*');
}

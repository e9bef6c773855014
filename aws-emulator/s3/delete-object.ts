import type { DeletedObject, ObjectIdentifier } from '@aws-sdk/client-s3';
import type { Bucket } from './bucket';
import { checkWrite } from './conditions';
import { S3Error } from './errors';
import type { S3Handler } from './handler';
import { DELETE_MARKER, NULL_VERSION, type ObjectVersion } from './version';

/** DeleteObjects takes at most this many keys. */
const MOST_KEYS = 1000;

export const deleteObject: S3Handler<'DeleteObject'> = ({ Bucket, Key, VersionId, IfMatch }, { store }) => {
  const bucket = store.get(Bucket);
  checkWrite({ IfMatch }, bucket.current(Key));
  const { marker, removed } = deleteOne(bucket, Key, VersionId);
  return {
    DeleteMarker: marker || removed?.deleteMarker ? true : undefined,
    VersionId: marker?.versionId ?? removed?.versionId,
  };
};

/** A batch, each key with its own outcome. */
export const deleteObjects: S3Handler<'DeleteObjects'> = (input, { store }) => {
  const bucket = store.get(input.Bucket);
  const { Objects = [], Quiet } = input.Delete;
  if (Objects.length === 0 || Objects.length > MOST_KEYS) {
    throw new S3Error('MalformedXML', `A batch names between 1 and ${MOST_KEYS} objects`);
  }
  const deleted = Objects.map((object) => deleteFromBatch(bucket, object));
  return { Deleted: Quiet ? undefined : deleted };
};

function deleteFromBatch(bucket: Bucket, { Key = '', VersionId }: ObjectIdentifier): DeletedObject {
  const { marker, removed } = deleteOne(bucket, Key, VersionId);
  return {
    Key,
    VersionId,
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
  const wanted = versionId ?? NULL_VERSION;
  const removed = bucket.versionsOf(key).find((one) => one.versionId === wanted);
  if (removed) bucket.remove(removed);
  return versionId === undefined ? {} : { removed };
}

import type { DeletedObject, ObjectIdentifier } from '@aws-sdk/client-s3';
import type { Bucket } from './bucket';
import { checkWrite } from './conditions';
import { S3Error } from './errors';
import type { S3Handler } from './handler';
import { DELETE_MARKER, NULL_VERSION } from './version';

/** S3 API Reference, DeleteObjects: "a list of up to 1,000 keys". */
const MOST_KEYS = 1000;

/** What became of a key: the delete marker that was made or removed, the version that was removed. */
type Outcome = Pick<DeletedObject, 'DeleteMarker' | 'VersionId'>;

export const deleteObject: S3Handler<'DeleteObject'> = ({ Bucket, Key, VersionId, IfMatch }, { store }) => {
  const bucket = store.get(Bucket);
  checkWrite({ IfMatch }, bucket.current(Key));
  return deleteKey(bucket, Key, VersionId);
};

/**
 * Deletes up to 1,000 keys. Those that cannot be deleted are named among the errors; the others are deleted.
 * Source: S3 API Reference, DeleteObjects.
 *
 * @throws S3Error NoSuchBucket; MalformedXML for no key or too many
 */
export const deleteObjects: S3Handler<'DeleteObjects'> = ({ Bucket, Delete }, { store }) => {
  const bucket = store.get(Bucket);
  const objects = Delete.Objects ?? [];
  if (objects.length === 0 || objects.length > MOST_KEYS) {
    throw new S3Error('MalformedXML', `A batch names between 1 and ${MOST_KEYS} objects`);
  }
  const outcomes = objects.map((object) => deleteFromBatch(bucket, object));
  return {
    Deleted: outcomes.flatMap((one) => ('Code' in one || Delete.Quiet ? [] : [one])),
    Errors: outcomes.flatMap((one) => ('Code' in one ? [one] : [])),
  };
};

function deleteFromBatch(bucket: Bucket, { Key = '', VersionId, ETag }: ObjectIdentifier) {
  try {
    checkWrite({ IfMatch: ETag }, bucket.current(Key));
  } catch (error) {
    if (error instanceof S3Error) return { Key, VersionId, Code: error.code, Message: error.message };
    throw error;
  }
  const outcome = deleteKey(bucket, Key, VersionId);
  const DeleteMarkerVersionId = outcome.DeleteMarker ? outcome.VersionId : undefined;
  return { Key, VersionId, DeleteMarker: outcome.DeleteMarker, DeleteMarkerVersionId };
}

/**
 * Deletes a key or one of its versions. Deleting what is not there succeeds.
 * Source: S3 User Guide, "Deleting object versions from a versioning-enabled bucket".
 */
function deleteKey(bucket: Bucket, key: string, versionId: string | undefined): Outcome {
  if (versionId === undefined && bucket.versioned) {
    return { DeleteMarker: true, VersionId: bucket.add(key, DELETE_MARKER).versionId };
  }
  const removed = bucket.versionsOf(key).find((one) => one.versionId === (versionId ?? NULL_VERSION));
  if (removed) bucket.remove(removed);
  return { DeleteMarker: removed?.deleteMarker || undefined, VersionId: versionId && removed?.versionId };
}

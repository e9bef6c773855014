import { checkWrite } from './conditions';
import type { S3Handler } from './handler';
import { DELETE_MARKER, NULL_VERSION } from './version';

/**
 * Deletes a key or one of its versions. Deleting what is not there succeeds.
 * Source: S3 User Guide, "Deleting object versions from a versioning-enabled bucket".
 */
export const deleteObject: S3Handler<'DeleteObject'> = ({ Bucket, Key, VersionId, IfMatch }, { store }) => {
  const bucket = store.get(Bucket);
  checkWrite({ IfMatch }, bucket.current(Key));
  if (VersionId === undefined && bucket.versioned) {
    return { DeleteMarker: true, VersionId: bucket.add(Key, DELETE_MARKER).versionId };
  }
  const removed = bucket.versionsOf(Key).find((one) => one.versionId === (VersionId ?? NULL_VERSION));
  if (removed) bucket.remove(removed);
  return { DeleteMarker: removed?.deleteMarker || undefined, VersionId: VersionId && removed?.versionId };
};

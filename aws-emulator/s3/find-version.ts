import type { Bucket } from './bucket';
import { S3Error } from './errors';
import type { ObjectVersion } from './version';

/**
 * The version a read is about.
 *
 * @param versionId undefined for the current object
 * @throws S3Error NoSuchKey, NoSuchVersion; MethodNotAllowed when the version id is that of a delete marker
 */
export function findVersion(bucket: Bucket, key: string, versionId: string | undefined): ObjectVersion {
  const version =
    versionId === undefined ? bucket.latest(key) : bucket.versionsOf(key).find((one) => one.versionId === versionId);
  if (!version && versionId !== undefined) {
    throw new S3Error('NoSuchVersion', 'The specified version does not exist.', { Key: key, VersionId: versionId });
  }
  if (!version) throw new S3Error('NoSuchKey', 'The specified key does not exist.', { Key: key });
  if (version.deleteMarker) {
    const headers = { 'x-amz-delete-marker': 'true', 'x-amz-version-id': version.versionId };
    if (versionId === undefined) {
      throw new S3Error('NoSuchKey', 'The specified key does not exist.', { Key: key }, headers);
    }
    throw new S3Error(
      'MethodNotAllowed',
      'The specified method is not allowed against this resource.',
      { Method: 'GET', ResourceType: 'DeleteMarker' },
      { ...headers, allow: 'DELETE' },
    );
  }
  return version;
}

import { checksumMembers } from './checksums';
import { checkWrite } from './conditions';
import { readDescription } from './description';
import { encryptionOf } from './encryption';
import type { S3Handler } from './handler';
import { checkKey } from './keys';
import { receiveFile } from './receive';
import { versionIdOf } from './version';

/**
 * @throws S3Error NoSuchBucket, KeyTooLongError, and the errors of {@link checkWrite} and {@link receiveFile}; the
 * object that was there stays then
 */
export const putObject: S3Handler<'PutObject'> = (input, { store, announce }, request) => {
  const bucket = store.get(input.Bucket);
  checkKey(input.Key);
  const description = readDescription(input, bucket.rules);
  // Twice: at once, to spare the upload, and when the object takes effect, since another may have come first.
  checkWrite(input, bucket.current(input.Key));
  return store.withTemporaryFile(async (path) => {
    const { size, md5, checksum } = await receiveFile(request, path);
    checkWrite(input, bucket.current(input.Key));
    const draft = { deleteMarker: false, size, etag: md5.toString('hex'), description, checksum };
    const version = bucket.add(input.Key, draft, path);
    announce('ObjectCreated:Put', bucket, version, request);
    return {
      ETag: `"${version.etag}"`,
      ...encryptionOf(description, bucket.rules),
      VersionId: versionIdOf(version),
      ...checksumMembers(checksum),
    };
  });
};

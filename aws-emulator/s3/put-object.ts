import { attributeHeaders, checksumHeaders, readAttributes, versionHeaders } from './attributes';
import { bucketOf, type Call } from './call';
import { commit } from './commit';
import { checkWrite } from './conditions';
import { checkKey } from './keys';
import { receiveFile } from './receive';
import { replyEmpty } from './reply';

/** PutObject. */
export async function putObject(call: Call): Promise<void> {
  const bucket = bucketOf(call);
  checkKey(call.key);
  const attributes = readAttributes(call);
  // Twice: at once, to spare the upload, and when the object takes effect, since another may have come first.
  checkWrite(call.headers, bucket.current(call.key));
  const path = call.store.tmpPath();
  const { size, md5, checksum } = await receiveFile(call, path);
  const draft = { deleteMarker: false, size, etag: md5.toString('hex'), ...attributes, checksum };
  const version = commit(path, () => {
    checkWrite(call.headers, bucket.current(call.key));
    return bucket.add(call.key, draft, path);
  });
  call.announce('ObjectCreated:Put', bucket, version);
  const { etag, 'x-amz-server-side-encryption': encryption } = attributeHeaders(version);
  replyEmpty(call, 200, {
    etag,
    'x-amz-server-side-encryption': encryption,
    ...versionHeaders(version),
    ...checksumHeaders(version),
  });
}

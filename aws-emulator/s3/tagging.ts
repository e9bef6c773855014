import { versionHeaders } from './attributes';
import { bucketOf, type Call } from './call';
import { S3Error } from './errors';
import { findVersion } from './find-version';
import { receiveText } from './receive';
import { replyEmpty, replyXml } from './reply';
import { leaf, list, type Parsed, parseXml } from './xml';

/** GetObjectTagging; the AWS CLI asks for tags whenever it copies an object in parts. */
export function getObjectTagging(call: Call): void {
  const version = findVersion(bucketOf(call), call.key, call.query.get('versionId'));
  const tags = Object.entries(version.tags).map(([Key, Value]) => ({ Key, Value }));
  replyXml(call, 'Tagging', { TagSet: { Tag: tags } }, versionHeaders(version));
}

/** PutObjectTagging: replaces the whole set. */
export async function putObjectTagging(call: Call): Promise<void> {
  const bucket = bucketOf(call);
  const set = parseXml(await receiveText(call), 'Tagging').TagSet;
  const pairs = list(typeof set === 'object' ? (set as Parsed) : {}, 'Tag').map((tag) => {
    const key = leaf(tag, 'Key');
    if (key === undefined) throw new S3Error('MalformedXML', 'Every tag needs a Key');
    return [key, leaf(tag, 'Value') ?? ''];
  });
  const version = findVersion(bucket, call.key, call.query.get('versionId'));
  bucket.update(version, { tags: Object.fromEntries(pairs) });
  replyEmpty(call, 200, versionHeaders(version));
}

/** DeleteObjectTagging. */
export function deleteObjectTagging(call: Call): void {
  const bucket = bucketOf(call);
  const version = findVersion(bucket, call.key, call.query.get('versionId'));
  bucket.update(version, { tags: {} });
  replyEmpty(call, 204, versionHeaders(version));
}

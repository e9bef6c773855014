import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { readAttributes, versionHeaders } from './attributes';
import { bucketOf, type Call } from './call';
import { commit } from './commit';
import { checkWrite } from './conditions';
import { copySource } from './copy-source';
import { S3Error } from './errors';
import { checkKey } from './keys';
import { replyXml } from './reply';
import type { ObjectVersion } from './version';

/** CopyObject. The copy shares its bytes with the source by a hard link: data files never change. */
export async function copyObject(call: Call): Promise<void> {
  const bucket = bucketOf(call);
  checkKey(call.key);
  const source = copySource(call);
  const { version: from } = source;
  const replaces = call.headers['x-amz-metadata-directive'] === 'REPLACE';
  if (source.bucket === bucket && from.key === call.key && from === bucket.current(call.key) && !replaces) {
    throw new S3Error(
      'InvalidRequest',
      'This copy request is illegal because it is trying to copy an object to itself without changing it.',
    );
  }
  const given = readAttributes(call);
  const draft = {
    deleteMarker: false,
    size: from.size,
    etag: from.etag.includes('-') ? await md5Of(source.bucket.dataPath(from)) : from.etag,
    headers: replaces ? given.headers : from.headers,
    metadata: replaces ? given.metadata : from.metadata,
    tags: call.headers['x-amz-tagging-directive'] === 'REPLACE' ? given.tags : from.tags,
    // A composite checksum is one of parts, which a copy does not have.
    checksum: from.checksum?.type === 'FULL_OBJECT' ? from.checksum : undefined,
  };
  const path = call.store.tmpPath();
  await link(source.bucket.dataPath(from), path);
  const version = commit(path, () => {
    checkWrite(call.headers, bucket.current(call.key));
    return bucket.add(call.key, draft, path);
  });
  call.announce('ObjectCreated:Copy', bucket, version);
  replyXml(
    call,
    'CopyObjectResult',
    { LastModified: version.lastModified, ETag: `"${version.etag}"` },
    { ...versionHeaders(version), 'x-amz-copy-source-version-id': sourceVersionId(from) },
  );
}

/** The source's version id as a header; undefined where there is no versioning. */
export function sourceVersionId({ versionId }: ObjectVersion): string | undefined {
  return versionId === 'null' ? undefined : versionId;
}

/** The copy of a multipart object is an ordinary one, with an ordinary entity tag. */
async function md5Of(path: string): Promise<string> {
  const hash = createHash('md5');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { checkWrite } from './conditions';
import { copySource } from './copy-source';
import { readDescription } from './description';
import { encryptionOf } from './encryption';
import { S3Error } from './errors';
import type { S3Handler } from './handler';
import { checkKey } from './keys';
import { versionIdOf } from './version';

/** The copy shares its bytes with the source by a hard link: data files never change. */
export const copyObject: S3Handler<'CopyObject'> = async (input, { store, announce }, request) => {
  const bucket = store.get(input.Bucket);
  checkKey(input.Key);
  const source = copySource(input, store);
  const { version: from } = source;
  const replaces = input.MetadataDirective === 'REPLACE';
  if (source.bucket === bucket && from === bucket.current(input.Key) && !replaces) {
    throw new S3Error(
      'InvalidRequest',
      'This copy request is illegal because it is trying to copy an object to itself without changing it.',
    );
  }
  const given = readDescription(input, bucket.rules);
  const { Tagging } = input.TaggingDirective === 'REPLACE' ? given : from.description;
  const encryption = encryptionOf(given, bucket.rules);
  const draft = {
    deleteMarker: false,
    size: from.size,
    etag: from.etag.includes('-') ? await md5Of(source.bucket.dataPath(from)) : from.etag,
    description: { ...(replaces ? given : from.description), Tagging, ...encryption },
    // A composite checksum is one of parts, which a copy does not have.
    checksum: from.checksum?.type === 'FULL_OBJECT' ? from.checksum : undefined,
  };
  return store.withTemporaryFile(async (path) => {
    await link(source.bucket.dataPath(from), path);
    checkWrite(input, bucket.current(input.Key));
    const version = bucket.add(input.Key, draft, path);
    announce('ObjectCreated:Copy', bucket, version, request);
    return {
      CopyObjectResult: { LastModified: version.lastModified, ETag: `"${version.etag}"` },
      VersionId: versionIdOf(version),
      ...encryption,
      CopySourceVersionId: versionIdOf(from),
    };
  });
};

/** The copy of a multipart object is an ordinary one, with an ordinary entity tag. */
async function md5Of(path: string): Promise<string> {
  const hash = createHash('md5');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

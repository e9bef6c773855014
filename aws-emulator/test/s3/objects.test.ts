import { readdirSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { BUCKET, errorOf, someBytes, useWorld, type World } from './helpers';

let world: World;
let s3: S3Client;

useWorld((made) => {
  world = made;
  s3 = made.client();
});

const put = (Key: string, Body: string | Buffer = 'x') => s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));
const get = async (Key: string, VersionId?: string) => {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key, VersionId }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
};
const filesKept = () => readdirSync(path.join(world.dir, 'buckets', BUCKET, 'versions')).length;

test('what is put as a buffer is got back, with its checksum, entity tag and version', async () => {
  const body = someBytes(100_000);

  const answer = await put('a/b.bin', body);
  const read = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'a/b.bin' }));

  expect(Buffer.from((await read.Body?.transformToByteArray()) ?? []).equals(body)).toBe(true);
  expect(answer.ETag).toMatch(/^"[0-9a-f]{32}"$/);
  expect(answer.ChecksumCRC32).toBeDefined();
  expect(read).toMatchObject({ ETag: answer.ETag, VersionId: answer.VersionId, ChecksumCRC32: answer.ChecksumCRC32 });
  expect(read.ContentType).toBe('application/octet-stream');
});

test('a streamed body, which arrives in aws-chunks with a trailing checksum, is decoded', async () => {
  const body = someBytes(300_000);
  const pieces = Array.from({ length: 30 }, (_, i) => body.subarray(i * 10_000, (i + 1) * 10_000));

  await s3.send(
    new PutObjectCommand({ Bucket: BUCKET, Key: 's', Body: Readable.from(pieces), ContentLength: body.length }),
  );

  expect((await get('s')).equals(body)).toBe(true);
  const { ContentEncoding } = await s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key: 's' }));
  expect(ContentEncoding).toBeUndefined();
});

test.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const)(
  'the checksum %s is verified and returned, for a buffer and for a stream',
  async (ChecksumAlgorithm) => {
    const body = someBytes(70_001);
    const { name } = { name: `Checksum${ChecksumAlgorithm}` as const };

    const buffered = await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'c1', Body: body, ChecksumAlgorithm }));
    const streamed = await s3.send(
      new PutObjectCommand({
        Bucket: BUCKET,
        Key: 'c2',
        Body: Readable.from([body.subarray(0, 9), body.subarray(9)]),
        ContentLength: body.length,
        ChecksumAlgorithm,
      }),
    );

    expect(buffered[name]).toBeDefined();
    expect(streamed[name]).toBe(buffered[name]);
    const read = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'c2', ChecksumMode: 'ENABLED' }));
    expect(read[name]).toBe(buffered[name]);
    expect((await read.Body?.transformToByteArray())?.length).toBe(body.length);
  },
);

test('a body that does not have its stated checksum or MD5 is refused and leaves nothing behind', async () => {
  const bad = { Bucket: BUCKET, Key: 'bad', Body: 'hello' };

  expect(await errorOf(s3.send(new PutObjectCommand({ ...bad, ChecksumCRC32: 'AAAAAA==' })))).toEqual({
    code: 'BadDigest',
    status: 400,
  });
  expect(await errorOf(s3.send(new PutObjectCommand({ ...bad, ContentMD5: '1B2M2Y8AsgTpgAmY7PhCfg==' })))).toEqual({
    code: 'BadDigest',
    status: 400,
  });
  expect(await errorOf(s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key: 'bad' })))).toEqual({
    code: 'NotFound',
    status: 404,
  });
  expect(filesKept()).toBe(0);
  expect(readdirSync(path.join(world.dir, 'tmp'))).toEqual([]);
});

test('ranges are served, and one behind the end is refused', async () => {
  await put('r', '0123456789');
  const range = async (Range: string) => {
    const { Body, ContentRange, $metadata } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'r', Range }));
    return [$metadata.httpStatusCode, ContentRange, await Body?.transformToString()];
  };

  expect(await range('bytes=2-4')).toEqual([206, 'bytes 2-4/10', '234']);
  expect(await range('bytes=7-')).toEqual([206, 'bytes 7-9/10', '789']);
  expect(await range('bytes=-3')).toEqual([206, 'bytes 7-9/10', '789']);
  expect(await range('bytes=5-99')).toEqual([206, 'bytes 5-9/10', '56789']);
  expect(await errorOf(range('bytes=10-'))).toEqual({ code: 'InvalidRange', status: 416 });
});

test('an empty object is an object', async () => {
  await put('empty', Buffer.alloc(0));

  expect(await get('empty')).toEqual(Buffer.alloc(0));
});

test('metadata, content type and other headers are kept', async () => {
  await s3.send(
    new PutObjectCommand({
      Bucket: BUCKET,
      Key: 'm',
      Body: '{}',
      ContentType: 'application/json',
      CacheControl: 'no-store',
      ContentDisposition: 'attachment; filename="x"',
      Metadata: { job: 'may  2026', empty: '' },
      Tagging: 'a=1&b=two%20words',
    }),
  );

  const head = await s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key: 'm' }));
  const { TagSet } = await s3.send(new GetObjectTaggingCommand({ Bucket: BUCKET, Key: 'm' }));

  expect(head).toMatchObject({
    ContentType: 'application/json',
    CacheControl: 'no-store',
    ContentDisposition: 'attachment; filename="x"',
    ContentLength: 2,
    Metadata: { job: 'may  2026', empty: '' },
  });
  expect(TagSet).toEqual([
    { Key: 'a', Value: '1' },
    { Key: 'b', Value: 'two words' },
  ]);
});

test.each([
  'plain',
  'a b/c+d&e=f.zip',
  'ünï/çødé/日本語/🚀.zip',
  'quotes\'"()!*~.zip',
  '100%/50%25',
  'dots/../and//slashes/./x',
  'q?uery#hash',
  'trailing/',
])('a key may be %s', async (key) => {
  await put(key, key);

  expect((await get(key)).toString()).toBe(key);
});

test('every version of a key stays readable, and a delete marker hides them', async () => {
  const first = await put('v', 'one');
  const second = await put('v', 'two');
  const marker = await s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'v' }));

  expect(marker.DeleteMarker).toBe(true);
  expect(await errorOf(get('v'))).toEqual({ code: 'NoSuchKey', status: 404 });
  expect((await get('v', first.VersionId)).toString()).toBe('one');
  expect((await get('v', second.VersionId)).toString()).toBe('two');
  expect((await errorOf(get('v', marker.VersionId))).status).toBe(405);
  expect((await errorOf(get('v', 'nosuchversion'))).code).toBe('NoSuchVersion');

  await s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'v', VersionId: marker.VersionId }));
  expect((await get('v')).toString()).toBe('two');
});

test('without versioning a write replaces and a delete removes', async () => {
  await s3.send(new CreateBucketCommand({ Bucket: 'plain' }));
  const plain = { Bucket: 'plain', Key: 'k' };
  const written = await s3.send(new PutObjectCommand({ ...plain, Body: '1' }));
  await s3.send(new PutObjectCommand({ ...plain, Body: '2' }));

  const { Versions } = await s3.send(new ListObjectVersionsCommand({ Bucket: 'plain' }));
  await s3.send(new DeleteObjectCommand(plain));

  expect(written.VersionId).toBeUndefined();
  expect(Versions).toMatchObject([{ Key: 'k', VersionId: 'null', IsLatest: true }]);
  expect(await errorOf(s3.send(new GetObjectCommand(plain)))).toEqual({ code: 'NoSuchKey', status: 404 });
  await s3.send(new DeleteBucketCommand({ Bucket: 'plain' }));
});

test('a copy keeps metadata, or replaces it, and may come from an older version', async () => {
  const source = await s3.send(
    new PutObjectCommand({
      Bucket: BUCKET,
      Key: 'a b+ü?.txt',
      Body: 'old',
      Metadata: { k: 'v' },
      ContentType: 'text/x',
    }),
  );
  await put('a b+ü?.txt', 'new');
  const from = `${BUCKET}/${encodeURIComponent('a b+ü?.txt')}?versionId=${source.VersionId}`;

  const copied = await s3.send(new CopyObjectCommand({ Bucket: BUCKET, Key: 'copy', CopySource: from }));
  await s3.send(
    new CopyObjectCommand({
      Bucket: BUCKET,
      Key: 'other',
      CopySource: from,
      MetadataDirective: 'REPLACE',
      Metadata: { k: 'w' },
    }),
  );

  expect(copied.CopyObjectResult?.ETag).toBe(source.ETag);
  expect(copied.CopySourceVersionId).toBe(source.VersionId);
  expect((await get('copy')).toString()).toBe('old');
  const head = (Key: string) => s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key }));
  expect(await head('copy')).toMatchObject({ Metadata: { k: 'v' }, ContentType: 'text/x' });
  expect(await head('other')).toMatchObject({ Metadata: { k: 'w' } });
});

test('buckets are created, listed and checked', async () => {
  await s3.send(
    new CreateBucketCommand({ Bucket: 'second', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }),
  );
  const { Buckets } = await s3.send(new ListBucketsCommand({}));

  expect(Buckets?.map((bucket) => bucket.Name)).toEqual([BUCKET, 'second']);
  await s3.send(new HeadBucketCommand({ Bucket: 'second' }));
  expect((await errorOf(s3.send(new HeadBucketCommand({ Bucket: 'third' })))).status).toBe(404);
  expect((await errorOf(s3.send(new CreateBucketCommand({ Bucket: 'second' })))).code).toBe('BucketAlreadyOwnedByYou');
  expect((await errorOf(s3.send(new DeleteBucketCommand({ Bucket: BUCKET })).then(() => get('x')))).code).toBe(
    'NoSuchBucket',
  );
});

test('a bucket that does not exist and an operation that is not answered have their own errors', async () => {
  const put404 = s3.send(new PutObjectCommand({ Bucket: 'nowhere', Key: 'k', Body: someBytes(500_000) }));

  expect(await errorOf(put404)).toEqual({ code: 'NoSuchBucket', status: 404 });
  const notAnswered = s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'k', PartNumber: 1 }));
  expect(await errorOf(notAnswered)).toEqual({ code: 'NotImplemented', status: 501 });
  expect((await errorOf(put('k'.repeat(1025)))).code).toBe('KeyTooLongError');
});

import {
  DeleteObjectsCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { BUCKET, errorOf, useWorld } from './helpers';

let s3: S3Client;

useWorld((world) => {
  s3 = world.client();
});

const put = (Key: string) => s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: 'x' }));
const deleteAll = (Objects: { Key: string; VersionId?: string; ETag?: string }[], Quiet?: boolean) =>
  s3.send(new DeleteObjectsCommand({ Bucket: BUCKET, Delete: { Objects, Quiet } }));

test('a batch leaves delete markers, and with version ids removes for good', async () => {
  const { VersionId } = await put('a');
  const first = await deleteAll([{ Key: 'a' }, { Key: 'never there' }]);
  const marker = first.Deleted?.[0]?.DeleteMarkerVersionId;

  expect(first.Deleted).toMatchObject([
    { Key: 'a', DeleteMarker: true, DeleteMarkerVersionId: expect.any(String) },
    { Key: 'never there', DeleteMarker: true },
  ]);
  const second = await deleteAll([
    { Key: 'a', VersionId },
    { Key: 'a', VersionId: marker },
  ]);

  expect(second.Deleted).toEqual([
    { Key: 'a', VersionId },
    { Key: 'a', VersionId: marker, DeleteMarker: true, DeleteMarkerVersionId: marker },
  ]);
  const left = await s3.send(new ListObjectVersionsCommand({ Bucket: BUCKET, Prefix: 'a' }));
  expect([left.Versions, left.DeleteMarkers]).toEqual([undefined, undefined]);
});

test('a quiet batch names only what failed, and one failure stops no other', async () => {
  await put('a');
  await put('b');

  const answer = await deleteAll([{ Key: 'a', ETag: '"other"' }, { Key: 'b' }], true);

  expect(answer.Deleted).toBeUndefined();
  expect(answer.Errors).toMatchObject([{ Key: 'a', Code: 'PreconditionFailed' }]);
  await s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key: 'a' }));
  expect(await errorOf(s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key: 'b' })))).toMatchObject({ status: 404 });
});

test('a batch has at most 1,000 keys', async () => {
  const keys = Array.from({ length: 1001 }, (_, n) => ({ Key: String(n) }));

  expect(await errorOf(deleteAll(keys))).toEqual({ code: 'MalformedXML', status: 400 });
  expect((await deleteAll(keys.slice(1))).Deleted).toHaveLength(1000);
});

import { readdirSync } from 'node:fs';
import path from 'node:path';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { BUCKET, errorOf, useWorld, type World } from './helpers';

let world: World;
let s3: S3Client;

useWorld((made) => {
  world = made;
  s3 = made.client();
});

const put = (Key: string, Body = 'x') => s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));
const filesKept = () => readdirSync(path.join(world.dir, 'buckets', BUCKET, 'versions')).length;

test('If-None-Match lets exactly one of many simultaneous writers win', async () => {
  const claims = Array.from({ length: 8 }, (_, i) =>
    s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'claim', Body: `claimant ${i}`, IfNoneMatch: '*' })),
  );

  const outcomes = await Promise.allSettled(claims);

  expect(outcomes.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
  const lost = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason.name] : []));
  expect(new Set(lost)).toEqual(new Set(['PreconditionFailed']));
  expect(filesKept()).toBe(1);
});

test('If-Match writes only over the object it names', async () => {
  const over = (Key: string, IfMatch: string) =>
    s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: 'new', IfMatch }));
  const { ETag } = await put('k', 'old');

  expect(await errorOf(over('k', '"00000000000000000000000000000000"'))).toEqual({
    code: 'PreconditionFailed',
    status: 412,
  });
  expect(await errorOf(over('absent', ETag as string))).toEqual({ code: 'NoSuchKey', status: 404 });
  await over('k', ETag as string);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'k' }));
  expect(await Body?.transformToString()).toBe('new');
});

test('a claim can be made again once the object is deleted', async () => {
  const claim = () => s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'c', Body: '1', IfNoneMatch: '*' }));
  await claim();
  await s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'c' }));

  await expect(claim()).resolves.toBeDefined();
});

test('conditional reads answer 304 and 412', async () => {
  const { ETag } = await put('k');
  const read = (conditions: object) => s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'k', ...conditions }));

  expect((await errorOf(read({ IfNoneMatch: ETag }))).status).toBe(304);
  expect((await errorOf(read({ IfModifiedSince: new Date(Date.now() + 60_000) }))).status).toBe(304);
  expect(await errorOf(read({ IfMatch: '"0"' }))).toEqual({ code: 'PreconditionFailed', status: 412 });
  expect((await errorOf(read({ IfUnmodifiedSince: new Date(0) }))).status).toBe(412);
  await expect(read({ IfMatch: ETag })).resolves.toBeDefined();
});

import { CopyObjectCommand, DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { aWorld, BUCKET, errorOf, REGION, type World } from './helpers';

let world: World;

afterEach(async () => {
  await world.close();
  expect(world.defects).toEqual([]);
});

const put = (Key: string) => world.client().send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: 'body' }));

test('a write within the notification filter is reported as S3 reports it', async () => {
  world = await aWorld({ prefix: 'app_runner/input/', suffix: '.zip' });

  const written = await put('app_runner/input/a b/(ü)+.zip');
  await put('app_runner/output/x.zip');
  await put('app_runner/input/x.txt');

  expect(world.events).toHaveLength(1);
  expect(world.events[0]).toMatchObject({
    eventVersion: '2.4',
    eventSource: 'aws:s3',
    awsRegion: REGION,
    eventName: 'ObjectCreated:Put',
    s3: {
      bucket: { name: BUCKET, arn: `arn:aws:s3:::${BUCKET}` },
      object: {
        key: 'app_runner/input/a+b/%28%C3%BC%29%2B.zip',
        size: 4,
        eTag: written.ETag?.replaceAll('"', ''),
        versionId: written.VersionId,
      },
    },
  });
  expect(new Date(world.events[0]?.eventTime ?? '').getTime()).toBeGreaterThan(Date.now() - 60_000);
});

test('sequencers increase with every write', async () => {
  world = await aWorld();
  for (let i = 0; i < 5; i++) await put('k');

  const all = world.events.map((event) => event.s3.object.sequencer);

  expect(all).toEqual([...new Set(all)].sort());
  expect(all.every((one) => /^[0-9A-F]{18}$/.test(one))).toBe(true);
});

test('copies are reported as copies; deletions and refused writes are not reported', async () => {
  world = await aWorld();
  const s3 = world.client();
  await put('k');
  await s3.send(new CopyObjectCommand({ Bucket: BUCKET, Key: 'copy', CopySource: `${BUCKET}/k` }));
  await s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'k' }));
  await errorOf(s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'copy', Body: 'x', IfNoneMatch: '*' })));

  expect(world.events.map((event) => event.eventName)).toEqual(['ObjectCreated:Put', 'ObjectCreated:Copy']);
});

test('a fault meets the requests it is meant for, as often as asked, and a retrying client gets through', async () => {
  world = await aWorld();
  const patient = world.client({ maxAttempts: 3 });
  const slowDown = { method: 'PUT', keyPattern: /_status\.json$/, status: 503, code: 'SlowDown' };

  world.service.failNext({ ...slowDown, count: 1 });
  await put('other');
  expect(await errorOf(put('a_status.json'))).toEqual({ code: 'SlowDown', status: 503 });
  await put('a_status.json');

  world.service.failNext({ ...slowDown, count: 2 });
  await patient.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'b_status.json', Body: '{}' }));
});

import { S3Client } from '@aws-sdk/client-s3';
import { deleteTombstone, listTombstones, readTombstone, writeTombstone } from '../../../lambda/guard/tombstone';
import { withSend } from '../with-send';
import { s3Error } from './memory-bucket';
import { instanceOf, JOB, stubGuard } from './stub-guard';

const KEY = 'app_runner/guard/i-1.json';
const store = () => {
  const { bucket, deps } = stubGuard();
  return { ...bucket, bucket: 'jobs', env: deps.env };
};
/** A store whose S3 gives one answer to everything. */
const answering = (answer: object) => ({ s3: withSend(S3Client, async () => answer), bucket: 'jobs' });

test('a tombstone keeps all that is known of an instance, which is terminated when it is read', async () => {
  const world = store();
  const instance = instanceOf(JOB, {
    State: { Name: 'running' },
    ImageId: 'ami-1',
    InstanceType: 'm7i.large',
    StateTransitionReason: 'User initiated',
  });
  await writeTombstone(world, instance);
  expect(world.puts()).toEqual([
    { Bucket: 'jobs', Key: KEY, Body: JSON.stringify(instance), ContentType: 'application/json' },
  ]);
  expect(await readTombstone(world, world.env, 'i-1')).toEqual({ ...instance, state: 'terminated' });
});

test('what EC2 had not told stays unknown', async () => {
  const world = store();
  const instance = instanceOf(JOB, { StateReason: undefined });
  await writeTombstone(world, instance);
  expect(await readTombstone(world, world.env, 'i-1')).toEqual(instance);
  expect(instance).toMatchObject({ imageId: null, instanceType: null, stateReason: '', transition: '' });
});

test.each(['', 'no JSON', '{}', '"text"', 'null'])('one that holds %j is unreadable', async (text) => {
  const world = store();
  world.put(KEY, text);
  expect(await readTombstone(world, world.env, 'i-1')).toBe('unreadable');
});

test("another stack's, or an answer without a body, is unreadable too", async () => {
  const world = store();
  await writeTombstone(world, instanceOf());
  expect(await readTombstone(world, { ...world.env, stackName: 'other' }, 'i-1')).toBe('unreadable');
  expect(await readTombstone(answering({}), world.env, 'i-1')).toBe('unreadable');
});

test('that there is none is no error, any other answer of S3 is one', async () => {
  const world = store();
  expect(await readTombstone(world, world.env, 'i-1')).toBeUndefined();
  world.refusals.set(`GetObject ${KEY}`, s3Error('AccessDenied', 403));
  await expect(readTombstone(world, world.env, 'i-1')).rejects.toThrow('AccessDenied');
});

test('the list has every tombstone with its time, and nothing else that lies there', async () => {
  const world = store();
  const written = new Date('2026-11-26T11:00:00Z');
  world.put(KEY, '{}', { written });
  world.put('app_runner/guard/i-0f.json', '{}', { written });
  for (const other of ['i-1.json.bak', 'readme.txt', 'i-x.json']) world.put(`app_runner/guard/${other}`, '{}');
  world.put('app_runner/input/i-1.json', '{}');
  expect(await listTombstones(world)).toEqual([
    { id: 'i-1', written },
    { id: 'i-0f', written },
  ]);
  await deleteTombstone(world, 'i-1');
  expect(await listTombstones(world)).toEqual([{ id: 'i-0f', written }]);
});

test('an empty list, or one without keys and times, has none', async () => {
  expect(await listTombstones(answering({}))).toEqual([]);
  expect(await listTombstones(answering({ Contents: [{}, { Key: KEY }, { LastModified: new Date() }] }))).toEqual([]);
});

import { S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { launchLock } from '../../../lambda/launch/lock';
import { withSend } from '../with-send';

const NOW = Date.parse('2026-11-26T12:00:00Z');
const refused = (name: string, httpStatusCode: number) =>
  new S3ServiceException({ name, $fault: 'client', $metadata: { httpStatusCode }, message: name });

/** A bucket with what lies at the key of the lock; `lost`: the answer to a write does not come, and it is written again. */
function bucket(held?: { body: string; age?: number }, { lost = false, gone = false } = {}) {
  const asked: { name: string; input: { IfMatch?: string; IfNoneMatch?: string; Body?: string } }[] = [];
  let lies = held && { body: held.body, at: new Date(NOW - (held.age ?? 0)), etag: '"1"' };
  const s3 = withSend(S3Client, async (command: { constructor: { name: string }; input: object }) => {
    const { input } = command;
    const name = command.constructor.name.replace('ObjectCommand', '');
    asked.push({ name, input });
    if (name === 'Delete') return {};
    const { IfMatch, Body } = input as { IfMatch?: string; Body: string };
    if (name === 'Get') {
      if (!lies || gone) throw refused('NoSuchKey', 404);
      const { body, at, etag } = lies;
      return {
        Body: { transformToString: async () => body },
        LastModified: held?.age === undefined ? undefined : at,
        ETag: etag,
      };
    }
    if (IfMatch ? IfMatch !== lies?.etag : lies) throw refused('PreconditionFailed', 412);
    lies = { body: Body, at: new Date(NOW), etag: '"2"' };
    if (lost) throw refused('PreconditionFailed', 412);
    return {};
  });
  return { lock: launchLock(s3, () => NOW, 0), asked };
}

test('whoever creates the lock has it', async () => {
  const { lock, asked } = bucket();
  expect(await lock.take('jobs')).toBe(true);
  expect(asked).toEqual([
    {
      name: 'Put',
      input: { Bucket: 'jobs', Key: 'app_runner/launch.lock', Body: expect.any(String), IfNoneMatch: '*' },
    },
  ]);
  await lock.release('jobs');
  expect(asked[1]).toEqual({ name: 'Delete', input: { Bucket: 'jobs', Key: 'app_runner/launch.lock' } });
});

test('a lock that another has for two minutes at most is asked for twenty times', async () => {
  for (const age of [0, 120_000, undefined]) {
    const { lock, asked } = bucket({ body: 'another', age });
    expect(await lock.take('jobs')).toBe(false);
    expect(asked.filter(({ name }) => name === 'Put')).toHaveLength(20);
  }
});

test('a lock that is older is taken over, as it was read', async () => {
  const { lock, asked } = bucket({ body: 'another', age: 120_001 });
  expect(await lock.take('jobs')).toBe(true);
  expect(asked.map(({ name, input }) => [name, input.IfMatch])).toEqual([
    ['Put', undefined],
    ['Get', undefined],
    ['Put', '"1"'],
  ]);
});

test('who wrote the lock has it, though the answer was lost', async () => {
  const { lock, asked } = bucket(undefined, { lost: true });
  expect(await lock.take('jobs')).toBe(true);
  expect(asked.map(({ name }) => name)).toEqual(['Put', 'Get']);
});

test('a lock that was released meanwhile is asked for again', async () => {
  const { lock, asked } = bucket({ body: 'another' }, { gone: true });
  expect(await lock.take('jobs')).toBe(false);
  expect(asked).toHaveLength(40);
});

test('an error of S3 is told', async () => {
  const s3 = withSend(S3Client, async () => {
    throw refused('AccessDenied', 403);
  });
  await expect(launchLock(s3, () => NOW, 0).take('jobs')).rejects.toThrow('AccessDenied');
});

import fc from 'fast-check';
import { ENDED_PREFIX, indexedJob, OPEN_PREFIX } from '../../../contract/job-index';
import { outputKeys } from '../../../contract/keys';
import { isFinal, type Status } from '../../../contract/status';
import { indexJob } from '../../../lambda/metrics/index-job';
import { entry, MemoryBucket, statusAt } from './index-store';

const WAITING = statusAt(0, { state: 'WAITING', reason: 'NO_CAPACITY' });
const RUNNING = statusAt(0, { state: 'RUNNING' });
const SUCCEEDED = statusAt(0, { state: 'SUCCEEDED' });

test('the entry of a job moves from open to ended', async () => {
  const bucket = new MemoryBucket();
  for (const status of [WAITING, RUNNING, SUCCEEDED]) {
    bucket.write(status);
    await indexJob(bucket.store, 'may', status);
    expect(bucket.index).toEqual([entry(status)]);
  }
  expect(entry(RUNNING).startsWith(OPEN_PREFIX)).toBe(true);
  expect(entry(SUCCEEDED).startsWith(ENDED_PREFIX)).toBe(true);
});

test('what is there already is not written again', async () => {
  const bucket = new MemoryBucket();
  for (const status of [RUNNING, RUNNING, SUCCEEDED, SUCCEEDED]) {
    bucket.write(status);
    await indexJob(bucket.store, 'may', status);
  }
  const writes = bucket.requests.filter((name) => name === 'PutObject' || name === 'DeleteObject');
  expect(writes).toEqual(['PutObject', 'PutObject', 'DeleteObject']);
});

test('a second end of one run takes the place of the first, and the end of an earlier upload stays', async () => {
  const bucket = new MemoryBucket();
  const earlier = statusAt(-60, { state: 'FAILED', reason: 'APP_FAILED' });
  const lost = statusAt(0, { state: 'FAILED', reason: 'LOST' });
  for (const status of [earlier, lost, SUCCEEDED]) {
    bucket.write(status);
    await indexJob(bucket.store, 'may');
  }
  expect(bucket.index).toEqual([entry(SUCCEEDED), entry(earlier)]);
});

test('another job that was submitted at the same time keeps its entry', async () => {
  const bucket = new MemoryBucket();
  for (const status of [{ ...SUCCEEDED, job_id: 'may/2' }, { ...RUNNING, job_id: 'mayor' }, SUCCEEDED]) {
    bucket.write(status);
    await indexJob(bucket.store, status.job_id);
  }
  expect(bucket.index.map((key) => indexedJob(key)?.job_id)).toEqual(expect.arrayContaining(['may', 'may/2', 'mayor']));
});

test('an event of the earlier upload that comes late is kept as history', async () => {
  const bucket = new MemoryBucket();
  const next = statusAt(60, { state: 'RUNNING' });
  bucket.write(next);
  await indexJob(bucket.store, 'may', SUCCEEDED);
  await indexJob(bucket.store, 'may', { ...SUCCEEDED, attempt: 2 });
  await indexJob(bucket.store, 'may', { ...SUCCEEDED, job_id: 'other' });
  expect(bucket.index.map((key) => indexedJob(key)?.attempt).sort()).toEqual([1, 1, 2]);
  expect(bucket.index.at(-1)).toBe(entry(next));
});

test('without a status no job is under way, and what has ended stays', async () => {
  const bucket = new MemoryBucket();
  bucket.objects.set(entry(RUNNING), '').set(entry(statusAt(-60, { state: 'SUCCEEDED' })), '');
  await indexJob(bucket.store, 'may');
  expect(bucket.index).toEqual([entry(statusAt(-60, { state: 'SUCCEEDED' }))]);
});

test('a status that cannot be read leaves the index as it is', async () => {
  const bucket = new MemoryBucket();
  bucket.objects.set(entry(RUNNING), '').set(outputKeys('may').status, 'no JSON');
  await indexJob(bucket.store, 'may');
  expect(bucket.index).toEqual([entry(RUNNING)]);
});

test('an earlier end is kept once, and not when a later attempt at the same upload has an entry', async () => {
  const bucket = new MemoryBucket();
  const of = (attempt: number) => ({ ...SUCCEEDED, attempt });
  bucket.objects.set(entry(of(2)), '');
  for (const attempt of [1, 2]) await indexJob(bucket.store, 'may', of(attempt));
  expect(bucket.requests).not.toContain('PutObject');
  await indexJob(bucket.store, 'may', of(3));
  expect(bucket.index).toEqual([entry(of(2)), entry(of(3))].sort());
});

test('what the status says is of the same upload makes no entry of an earlier end', async () => {
  const bucket = new MemoryBucket();
  bucket.write({ ...SUCCEEDED, attempt: 2 });
  await indexJob(bucket.store, 'may', SUCCEEDED);
  expect(bucket.index).toEqual([entry({ ...SUCCEEDED, attempt: 2 })]);
  expect(bucket.requests.filter((name) => name === 'ListObjectsV2')).toHaveLength(2);
});

test('an open entry stays that is to stay, beside what the status says or without one', async () => {
  const bucket = new MemoryBucket();
  const noted = entry(statusAt(9, { state: 'WAITING' }));
  const asked: unknown[] = [];
  const isKept = (key: string, job?: { state: string }) => asked.push(job?.state) > 0 && key === noted;
  bucket.objects.set(noted, '').set(entry(WAITING), '');
  await indexJob(bucket.store, 'may', undefined, isKept);
  expect(bucket.index).toEqual([noted]);
  bucket.write(RUNNING);
  await indexJob(bucket.store, 'may', RUNNING, isKept);
  expect(bucket.index).toEqual([entry(RUNNING), noted].sort());
  expect(new Set(asked)).toEqual(new Set([undefined, 'RUNNING']));
  await indexJob(bucket.store, 'may', RUNNING);
  expect(bucket.index).toEqual([entry(RUNNING)]);
});

test('another error of S3 than a denial is told at once', async () => {
  const bucket = new MemoryBucket(async (request) => {
    if (request === 'GetObject') throw new Error('no network');
  });
  await expect(indexJob(bucket.store, 'may')).rejects.toThrow('no network');
  expect(bucket.requests).toEqual([]);
});

test('a status that is written at the tenth try is followed, as long as it stays then', async () => {
  let reads = 0;
  const bucket: MemoryBucket = new MemoryBucket(async (request) => {
    if (request === 'GetObject' && ++reads <= 10) bucket.write({ ...RUNNING, message: String(reads) });
  });
  await indexJob(bucket.store, 'may');
  expect(reads).toBe(11);
});

test('a status that is denied is gone only when no listing shows it', async () => {
  const denied = Object.assign(new Error('Access Denied'), { name: 'AccessDenied' });
  const bucket = new MemoryBucket(async (request) => {
    if (request === 'GetObject') throw denied;
  });
  bucket.objects.set(entry(RUNNING), '');
  bucket.write(RUNNING);
  await expect(indexJob(bucket.store, 'may')).rejects.toBe(denied);
  expect(bucket.index).toEqual([entry(RUNNING)]);
  bucket.objects.delete(outputKeys('may').status);
  await indexJob(bucket.store, 'may');
  expect(bucket.index).toEqual([]);
});

test('a status that changes all the time fails the invocation', async () => {
  let writes = 0;
  const bucket: MemoryBucket = new MemoryBucket(async (request) => {
    if (request === 'GetObject') bucket.write({ ...RUNNING, message: String(writes++) });
  });
  await expect(indexJob(bucket.store, 'may')).rejects.toThrow('the status of may changed during each of 10 tries');
  expect(writes).toBe(11);
});

/** What statuses of one job may follow each other. */
const HISTORY: Status[] = [
  WAITING,
  RUNNING,
  { ...RUNNING, git_commit: '0123456789abcdef' },
  statusAt(0, { state: 'FAILED', reason: 'INTERRUPTED' }),
  statusAt(0, { state: 'RUNNING', attempt: 2 }),
  statusAt(0, { state: 'SUCCEEDED', attempt: 2 }),
  statusAt(5, { state: 'WAITING', reason: 'NO_IMAGE' }),
  statusAt(5, { state: 'RUNNING' }),
  statusAt(5, { state: 'FAILED', reason: 'APP_FAILED' }),
];

test('whatever way invocations run at once, fail and are repeated, the index says in the end what the status says', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.subarray(HISTORY, { minLength: 2 }),
      fc.infiniteStream(fc.integer({ min: 0, max: 24 })),
      async (scheduler, statuses, dice) => {
        const bucket = new MemoryBucket(async (request, key) => {
          await scheduler.schedule(Promise.resolve(), `${request} ${key}`);
          if (dice.next().value === 0) throw new Error('InternalError');
        });
        const invoke = async (status: Status): Promise<void> => {
          await indexJob(bucket.store, 'may', status).catch(() => invoke(status));
        };
        const invocations: Promise<void>[] = [];
        const write = async () => {
          for (const status of statuses) {
            bucket.write(status);
            invocations.push(invoke(status), ...(dice.next().value === 1 ? [invoke(status)] : []));
            await scheduler.schedule(Promise.resolve(), 'next status');
          }
        };
        await scheduler.waitFor(write());
        await scheduler.waitFor(Promise.all(invocations));
        expect(newestEnds(bucket.index)).toEqual(lastEnds(statuses));
        const last = statuses.at(-1) as Status;
        const open = bucket.index.filter((key) => key.startsWith(OPEN_PREFIX));
        expect(open).toEqual(isFinal(last.state) ? [] : [entry(last)]);
      },
    ),
    { numRuns: 200 },
  );
});

/** The last final status of each upload, as the key of its entry. */
function lastEnds(statuses: Status[]): string[] {
  const ends = statuses.filter(({ state }) => isFinal(state));
  return [...new Map(ends.map((status) => [status.submitted, entry(status)])).values()].sort();
}

/** The entries of jobs that have ended; of two of one upload the one of the later attempt, as a list shows them. */
function newestEnds(keys: string[]): string[] {
  const ends = keys.filter((key) => key.startsWith(ENDED_PREFIX));
  ends.sort((a, b) => (indexedJob(a)?.attempt ?? 0) - (indexedJob(b)?.attempt ?? 0));
  return [...new Map(ends.map((key) => [indexedJob(key)?.submitted, key])).values()].sort();
}

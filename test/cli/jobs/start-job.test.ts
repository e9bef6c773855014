import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ListMultipartUploadsCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import type { JobSystem } from '../../../cli/jobs/job-system';
import { refuseUnderWay, startJob } from '../../../cli/jobs/start-job';
import { BUCKET, startWorld, type World } from '../../lambda/launch/fixture';

const Bucket = BUCKET;
let world: World;
let file: string;
beforeEach(async () => {
  world = await startWorld();
  file = path.join(mkdtempSync(path.join(tmpdir(), 'start-job-test-')), 'may.zip');
});
afterEach(async () => {
  rmSync(path.dirname(file), { recursive: true, force: true });
  await world.close();
});

const system = () => ({ s3: world.s3, bucket: BUCKET, options: [] }) as Partial<JobSystem> as JobSystem;

function start(bytes: number, signal: AbortSignal) {
  writeFileSync(file, Buffer.alloc(bytes));
  return startJob(system(), { jobId: 'may', input: { kind: 'file', file }, signal, quiet: true });
}
async function keysEver(): Promise<string[]> {
  const { Versions = [], DeleteMarkers = [] } = await world.s3.send(new ListObjectVersionsCommand({ Bucket }));
  const gone = new Set(DeleteMarkers.map(({ Key }) => Key));
  return Versions.map(({ Key = '' }) => Key).filter((key) => !gone.has(key));
}
const uploads = async () => (await world.s3.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads ?? [];

test('an interrupt in the midst of an upload leaves neither an object, nor parts, nor an entry of the index', async () => {
  const interrupt = new AbortController();
  const started = start(256 << 20, interrupt.signal);
  const outcome = started.then(
    () => 'started',
    () => 'rejected',
  );
  while ((await uploads()).length === 0) await pause(5);
  interrupt.abort();
  expect(await outcome).toBe('rejected');
  expect(await keysEver()).toEqual([]);
  expect(await uploads()).toEqual([]);
});

test('an interrupt before it begins leaves nothing either', async () => {
  await expect(start(10, AbortSignal.abort())).rejects.toThrow();
  expect(await keysEver()).toEqual([]);
});

test('a job that is under way keeps its id until it has ended', async () => {
  const { signal } = new AbortController();
  await start(10, signal);
  await expect(refuseUnderWay(system(), { jobId: 'may' })).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining('--replace'),
  });
});

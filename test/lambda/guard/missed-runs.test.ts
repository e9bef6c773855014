import { recordMissedRun } from '../../../lambda/guard/missed-schedule';
import { s3Error } from './memory-bucket';
import { stubAws } from './stub-aws';
import { NOW } from './stub-guard';

const KEY = 'app_runner/input/daily/1.zip';
const RUN = { schedule: 'daily', bucket: 'jobs', key: KEY, source: 'a.zip', why: 'AccessDenied: No' };
const FACTS = { key: KEY, schedule: 'daily', why: 'AccessDenied: No' };
const RECORDED = { jobId: 'daily/1', reason: 'INPUT_UNREADABLE' };
const STATUS_KEY = 'app_runner/output/daily/1_status.json';

/** Records the run, with what lies in the bucket given by its keys. */
async function recorded(keys: string[] | 'nothing', objects: Record<string, string> = {}, run = RUN) {
  const aws = stubAws({ objects }, (name, { Prefix }) => {
    if (name !== 'ListObjectsV2' || keys === 'nothing') return undefined;
    return { Contents: keys.filter((key) => key.startsWith(Prefix as string)).map((Key) => ({ Key })) };
  });
  await recordMissedRun(aws.deps, run);
  return aws;
}

test('the record names the key, and no version of an upload that never was', async () => {
  const { inputs, logged, told } = await recorded('nothing');
  const status = inputs('PutObject').find(({ Key }) => Key === STATUS_KEY) as { Body: string };
  expect(JSON.parse(status.Body)).toMatchObject({
    job_id: 'daily/1',
    state: 'FAILED',
    reason: 'INPUT_UNREADABLE',
    attempt: 1,
    input_key: KEY,
    input_version: null,
    input_sequencer: null,
    updated: new Date(NOW).toISOString(),
  });
  expect(logged).toEqual([['error', 'dead_letter.recorded', { ...FACTS, ...RECORDED }]]);
  expect(told.map(([subject]) => subject)).toEqual(['lambda-ec2: job failed (INPUT_UNREADABLE)']);
});

test('only an object at the very key counts, and none whose key begins with it', async () => {
  const { inputs, told } = await recorded([`${KEY}.bak`, 'a.zip.old']);
  const list = { Bucket: 'jobs', MaxKeys: 1 };
  expect(inputs('ListObjectsV2')).toEqual([
    { ...list, Prefix: KEY },
    { ...list, Prefix: 'a.zip' },
  ]);
  expect(told[0]?.[1]).toContain('s3://jobs/a.zip does not exist');
});

test('when the input is there, people are told why S3 did not copy it', async () => {
  const { told } = await recorded(['a.zip']);
  expect(told[0]?.[1]).toContain('could not copy its input s3://jobs/a.zip (AccessDenied: No)');
});

test('nothing is written when the copy was made after all', async () => {
  const { inputs, logged, told } = await recorded([KEY]);
  expect(inputs('PutObject')).toEqual([]);
  const why = 'the input was copied after all';
  expect(logged).toEqual([['info', 'dead_letter.skipped', { ...FACTS, why }]]);
  expect(told).toEqual([]);
});

test('a record that is there stays, and nobody is told', async () => {
  const status = { job_id: 'daily/1', state: 'SUCCEEDED', message: '', attempt: 1 };
  const { inputs, logged, told } = await recorded([], { [STATUS_KEY]: JSON.stringify(status) });
  expect(inputs('PutObject')).toEqual([]);
  expect(logged).toEqual([['info', 'record.kept', { ...RECORDED, result: 'kept' }]]);
  expect(told).toEqual([]);
});

test.each([
  ['of another bucket', { ...RUN, bucket: 'other' }],
  ['of a key that is no input', { ...RUN, key: 'elsewhere.zip' }],
])('a run %s is dropped', async (_what, run) => {
  const { asked, logged } = await recorded([], {}, run);
  expect(asked).toEqual([]);
  expect(logged).toEqual([['error', 'dead_letter.dropped', { ...FACTS, key: run.key, bucket: run.bucket }]]);
});

test('an error of S3 is told', async () => {
  const { deps } = stubAws({}, (name) => s3Error(`No${name}`, 503));
  await expect(recordMissedRun(deps, RUN)).rejects.toThrow('NoListObjectsV2');
});

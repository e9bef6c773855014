import type { Status } from '../../../contract/status';
import { hasFinalRecord } from '../../../lambda/guard/conclude-job';
import { s3Error } from './memory-bucket';
import { instanceOf, JOB, KEYS, status, stubGuard } from './stub-guard';

const isFinal = (stored?: Status | string, job = JOB) => {
  const { deps, bucket } = stubGuard();
  if (stored !== undefined) bucket.put(KEYS.status, typeof stored === 'string' ? stored : JSON.stringify(stored));
  return hasFinalRecord(deps, instanceOf(job));
};

test.each<[string, Status | string | undefined, boolean]>([
  ['SUCCEEDED', status('SUCCEEDED'), true],
  ['FAILED', status('FAILED', { reason: 'APP_FAILED' }), true],
  ['RUNNING', status('RUNNING'), false],
  ['that the runner thought it was interrupted', status('FAILED', { reason: 'INTERRUPTED' }), false],
  ['that the runner was lost', status('FAILED', { reason: 'LOST' }), false],
  ['that somebody stopped it, whose log may have no end', status('FAILED', { reason: 'CANCELLED' }), false],
  ['of an older run', status('SUCCEEDED', { input_sequencer: '09' }), false],
  ['of a newer run that is not done', status('RUNNING', { input_sequencer: '0B' }), true],
  ['that cannot be read', '', false],
  ['none', undefined, false],
])('the end of an instance can add nothing to the record %s: %s', async (_, stored, expected) => {
  expect(await isFinal(stored)).toBe(expected);
});

test('nor is there one to write for an instance that names no job', async () => {
  expect(await isFinal(undefined, { ...JOB, key: 'app_runner/input/template=x/may.zip' })).toBe(true);
  expect(await hasFinalRecord(stubGuard().deps, { ...instanceOf(), job: undefined })).toBe(true);
});

test('that S3 does not tell is an error', async () => {
  const { deps, bucket } = stubGuard();
  bucket.refusals.set(`GetObject ${KEYS.status}`, s3Error('SlowDown', 503));
  await expect(hasFinalRecord(deps, instanceOf())).rejects.toThrow('SlowDown');
});

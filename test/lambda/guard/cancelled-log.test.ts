import { endCancelledLog } from '../../../lambda/guard/cancelled-log';
import type { JobInstance } from '../../../lambda/guard/job-instance';
import { s3Error } from './memory-bucket';
import { stubAws } from './stub-aws';

const KEY = 'app_runner/output/may_ec2.log';
const INSTANCE = { id: 'i-1', stateReason: 'Client.X', stateMessage: '', transition: '' } as JobInstance;
const STATUS = {
  job_id: 'may',
  state: 'FAILED',
  reason: 'CANCELLED',
  message: 'Somebody stopped it.',
  attempt: 1,
  updated: '2026-11-26T11:00:00Z',
} as const;
const LINES = [
  '2026-11-26T11:00:00Z lambda-ec2 guard: CANCELLED: Somebody stopped it.',
  '2026-11-26T11:00:00Z lambda-ec2 guard: EC2 on the end of i-1: Client.X',
  'EC2 has no console output of i-1',
  '',
].join('\n');

/** Ends the log with this text, or of which S3 says this. `refusal` is what it says to what is written. */
async function ended(log: string | Error | undefined, refusal?: Error) {
  const aws = stubAws({ objects: typeof log === 'string' ? { [KEY]: log } : {} }, (name) => {
    if (name === 'PutObject') return refusal;
    return name === 'GetObject' && log instanceof Error ? log : undefined;
  });
  await endCancelledLog(aws.deps, INSTANCE, 'jobs', STATUS);
  return aws;
}

const written = { Bucket: 'jobs', Key: KEY, ContentType: 'text/plain; charset=utf-8' };

describe('the log of a job that somebody stopped', () => {
  test('gets its end in the place of what was read, and of nothing else', async () => {
    const { inputs, logged } = await ended('began\n');
    expect(inputs('PutObject')).toEqual([{ ...written, Body: `began\n${LINES}`, IfMatch: 'e' }]);
    expect(logged).toEqual([['info', 'log.ended', { instanceId: 'i-1', jobId: 'may' }]]);
  });

  test('is begun where there is none, as long as there is none', async () => {
    expect((await ended(undefined)).inputs('PutObject')).toEqual([{ ...written, Body: LINES, IfNoneMatch: '*' }]);
  });

  test('stays when it says already what the record says', async () => {
    const { inputs, logged } = await ended('began\n11:00 CANCELLED: Somebody stopped it.\n');
    expect(inputs('PutObject')).toEqual([]);
    expect(logged).toEqual([]);
  });

  test('gets its end when what it says has another reason or message', async () => {
    expect((await ended('CANCELLED: Another message.\n')).inputs('PutObject')).toHaveLength(1);
    expect((await ended('LOST: Somebody stopped it.\n')).inputs('PutObject')).toHaveLength(1);
  });

  test('stays as it is when S3 does not tell what it says', async () => {
    expect((await ended(s3Error('AccessDenied', 403))).inputs('PutObject')).toEqual([]);
  });

  test('is left to whoever wrote it meanwhile; every other error is told', async () => {
    const { inputs, logged } = await ended('began\n', s3Error('PreconditionFailed', 412));
    expect(inputs('PutObject')).toHaveLength(1);
    expect(logged).toEqual([]);
    await expect(ended('began\n', s3Error('SlowDown', 503))).rejects.toThrow('SlowDown');
  });
});

import { EC2Client } from '@aws-sdk/client-ec2';
import { S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { isCustomResourceRequest } from '../../../lambda/shared/answer-request';
import { loggedError, rawMessage } from '../../../lambda/shared/error-message';
import { headObject } from '../../../lambda/shared/head-object';
import { recordWithoutInstance } from '../../../lambda/shared/job-failure';
import { eventLogger } from '../../../lambda/shared/log-events';
import { notifier } from '../../../lambda/shared/notify';
import { parseJson } from '../../../lambda/shared/parse-json';
import { readObject } from '../../../lambda/shared/read-object';
import { isLostRace } from '../../../lambda/shared/record';
import { stackInstances } from '../../../lambda/shared/stack-instances';
import { clip, sentenceCase } from '../../../lambda/shared/text';
import { withSend } from '../with-send';

const s3Error = (name: string, httpStatusCode?: number) =>
  new S3ServiceException({ name, $fault: 'client', $metadata: { httpStatusCode }, message: name });
const s3Failing = (error: Error) =>
  withSend(S3Client, async () => {
    throw error;
  });

test.each([
  ['x'.repeat(500), 'x'.repeat(500)],
  ['x'.repeat(501), `${'x'.repeat(499)}…`],
  [`${'x'.repeat(498)} ${'y'.repeat(10)}`, `${'x'.repeat(498)}…`],
  ['\u0000 a\u007f\u007f \n b \u001f', 'a b'],
  ['', ''],
])('%j is one line as %j', (text, line) => {
  expect(clip(text)).toBe(line);
});

test('a sentence begins with a capital', () => {
  expect(['it waits', 'It waits', 'ü', ''].map(sentenceCase)).toEqual(['It waits', 'It waits', 'Ü', '']);
});

test('what is no JSON is nothing', () => {
  expect(['{"a":1}', 'null', '', '{'].map(parseJson)).toEqual([{ a: 1 }, null, undefined, undefined]);
});

test('an error is logged by its name, its words in one line and its code', () => {
  const refused = Object.assign(new Error('connect\n ECONNREFUSED'), { name: 'TypeError', code: 'ECONNREFUSED' });
  expect(loggedError(refused)).toEqual({ name: 'TypeError', message: 'connect ECONNREFUSED', code: 'ECONNREFUSED' });
  expect(loggedError('text')).toEqual({ name: 'Error', message: 'text', code: undefined });
  expect(loggedError(undefined)).toEqual({ name: 'Error', message: 'no further words', code: undefined });
  const denied = new Error('You may not.\n Encoded authorization failure message:\nabc\ndef');
  expect(loggedError(denied).message).toBe('You may not.');
});

test('what an error says is its message, or what is behind it', () => {
  expect(rawMessage(undefined)).toBe('');
  expect(rawMessage(null)).toBe('null');
  expect(rawMessage(Object.assign(new Error(''), { errors: [] }))).toBe('');
  expect(rawMessage(new Error('', { cause: Object.assign(new Error(''), { code: 'EPIPE' }) }))).toBe('EPIPE');
  expect(rawMessage(Object.assign(new Error('', { cause: 'the cause' }), { code: 'EPIPE' }))).toBe('the cause');
});

test('an object that is not there is none, and every other error is told', async () => {
  const asked: object[] = [];
  const there = withSend(S3Client, async ({ input }: { input: object }) => asked.push(input) && { ETag: 'e' });
  expect(await headObject(there, 'jobs', 'k')).toEqual({ ETag: 'e' });
  expect(await readObject(there, { Bucket: 'jobs', Key: 'k', VersionId: 'v' })).toEqual({ ETag: 'e' });
  expect(asked).toEqual([
    { Bucket: 'jobs', Key: 'k' },
    { Bucket: 'jobs', Key: 'k', VersionId: 'v' },
  ]);
  for (const name of ['NotFound', 'NoSuchKey']) {
    expect(await headObject(s3Failing(s3Error(name, 404)), 'jobs', 'k')).toBeUndefined();
  }
  expect(await readObject(s3Failing(s3Error('NoSuchKey', 404)), { Bucket: 'jobs', Key: 'k' })).toBeUndefined();
  await expect(headObject(s3Failing(s3Error('NoSuchBucket', 404)), 'jobs', 'k')).rejects.toThrow('NoSuchBucket');
  await expect(readObject(s3Failing(s3Error('NoSuchBucket', 404)), { Bucket: 'b', Key: 'k' })).rejects.toThrow(
    'NoSuchBucket',
  );
});

test('a conditional write has lost its race by these answers of S3 alone', () => {
  const lost = [404, 409, 412, 400, 403, 500, undefined].map((status) => isLostRace(s3Error('X', status)));
  expect(lost).toEqual([true, true, true, false, false, false, false]);
  expect(isLostRace(Object.assign(new Error('x'), { $metadata: { httpStatusCode: 412 } }))).toBe(false);
});

test('the instances of a stack are those of its name and template, of every page', async () => {
  const asked: object[] = [];
  const pages = [
    { Reservations: [{ Instances: [{ InstanceId: 'i-1' }, { InstanceId: 'i-2' }] }, {}], NextToken: 'more' },
    { NextToken: 'again' },
    { Reservations: [{ Instances: [{ InstanceId: 'i-3' }] }] },
  ];
  const ec2 = withSend(EC2Client, async ({ input }: { input: object }) => pages[asked.push({ ...input }) - 1]);
  const filter = { Name: 'instance-state-name', Values: ['running'] };
  const found = await stackInstances(ec2, { stackName: 's', templateId: 'lt-1' }, [filter]);
  expect(found.map(({ InstanceId }) => InstanceId)).toEqual(['i-1', 'i-2', 'i-3']);
  expect(asked[0]).toEqual({
    Filters: [
      { Name: 'tag:lambda-ec2:stack', Values: ['s'] },
      { Name: 'tag:aws:ec2launchtemplate:id', Values: ['lt-1'] },
      filter,
    ],
    MaxResults: 1000,
  });
});

test('the record of a job without an instance says so, and its log where none will be written', () => {
  const job = {
    bucket: 'jobs',
    key: 'app_runner/input/template=7/may.zip',
    versionId: 'v1',
    sequencer: '0A',
    attempt: 2,
  };
  const now = Date.parse('2026-11-26T06:00:00Z');
  const key = { jobId: 'may', templateVersion: '7' };
  const failed = recordWithoutInstance(job, key, { state: 'FAILED', reason: 'NO_CAPACITY', message: 'No room.' }, now);
  expect(failed).toEqual({
    bucket: 'jobs',
    status: expect.objectContaining({
      job_id: 'may',
      state: 'FAILED',
      reason: 'NO_CAPACITY',
      message: 'No room.',
      template_version: '7',
      instance_id: null,
      attempt: 2,
    }),
    log: '2026-11-26T06:00:00.000Z lambda-ec2 launch: NO_CAPACITY: No room.\n',
  });
  const waits = { state: 'WAITING', reason: 'NO_CAPACITY', message: 'No room.' } as const;
  const { log, status } = recordWithoutInstance(job, { jobId: 'may' }, waits, now);
  expect([log, status.template_version]).toEqual([undefined, null]);
});

test('a request of CloudFormation is one that can be answered', () => {
  const request = { RequestType: 'Create', ResponseURL: 'https://x' };
  const others = [{}, null, undefined, 'text', { RequestType: 'Create' }, { ResponseURL: 'https://x' }];
  expect(isCustomResourceRequest(request)).toBe(true);
  expect(others.map(isCustomResourceRequest)).toEqual(others.map(() => false));
});

test('a line of the log has the event and its message', () => {
  const lines: unknown[] = [];
  const at = (level: string) => (message: unknown, facts: unknown) => void lines.push([level, message, facts]);
  const logger = eventLogger({ info: at('info'), warn: at('warn'), error: at('error') } as never);
  logger.info('job.launched', { jobId: 'may' });
  logger.warn('record.kept');
  logger.error('call.failed');
  expect(lines).toEqual([
    ['info', 'launched an instance for a job', { event: 'job.launched', jobId: 'may' }],
    ['warn', 'left the record that a job has already', { event: 'record.kept' }],
    ['error', 'a function could not handle events', { event: 'call.failed' }],
  ]);
});

test('a message to people is cut where SNS takes no more', async () => {
  const sent: { input: { Subject: string; Message: string } }[] = [];
  await notifier({ send: async (command: never) => void sent.push(command) } as never, 'arn')('s', 'x'.repeat(100_001));
  expect(sent[0]?.input).toEqual({ TopicArn: 'arn', Subject: 's', Message: 'x'.repeat(100_000) });
});

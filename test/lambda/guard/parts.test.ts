import { EC2Client } from '@aws-sdk/client-ec2';
import { S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { Status } from '../../../contract/status';
import type { DeadLetter } from '../../../lambda/guard/dead-letter-queue';
import { endLog, guardLines, readLiveLog } from '../../../lambda/guard/end-log';
import { parseFailedCall } from '../../../lambda/guard/failed-call';
import { describeInstance } from '../../../lambda/guard/job-instance';
import { parseMissedRun } from '../../../lambda/guard/missed-schedule';
import { removeOlderOutputs } from '../../../lambda/guard/older-outputs';
import { standingOf } from '../../../lambda/guard/standing';
import { withSend } from '../with-send';

interface Command {
  constructor: { name: string };
  input: { Key?: string; VersionId?: string };
}
const s3Error = (name: string, httpStatusCode: number) =>
  new S3ServiceException({ name, $fault: 'client', $metadata: { httpStatusCode }, message: name });

/** A client that answers by the name of the action and what it is asked; an error is thrown. */
function answering<Client extends { send: unknown }>(
  kind: { prototype: Client },
  answer: (name: string, input: Command['input']) => unknown,
) {
  const asked: [name: string, input: object][] = [];
  const client = withSend(kind, async (command: Command) => {
    const name = command.constructor.name.replace('Command', '');
    asked.push([name, command.input]);
    const given = answer(name, command.input);
    if (given instanceof Error) throw given;
    return given;
  });
  return { client, asked };
}

const text = (content: string) => ({ Body: { transformToString: async () => content } });

describe('the log of an ended instance', () => {
  const console = (Output: unknown) =>
    answering(EC2Client, () => (Output instanceof Error ? Output : { Output })).client;
  const log = (Output: unknown, live = 'began') =>
    endLog(console(Output), { live, instanceId: 'i-1', lines: ['first', 'second'] });

  test('is what the runner pushed, the lines of the guard and the console, each on lines of its own', async () => {
    const output = Buffer.from('kernel: well').toString('base64');
    expect(await log(output)).toBe('began\nfirst\nsecond\n--- console output of i-1 ---\nkernel: well\n');
    expect(await log(output, 'began\n')).toBe('began\nfirst\nsecond\n--- console output of i-1 ---\nkernel: well\n');
    expect(await log('', '')).toBe('first\nsecond\nEC2 has no console output of i-1\n');
    expect(await log(undefined, '')).toBe('first\nsecond\nEC2 has no console output of i-1\n');
    expect(await log(new Error('denied'), '')).toBe(
      'first\nsecond\nEC2 does not give the console output of i-1 (denied)\n',
    );
  });

  test('the lines of the guard say what the record says, and what EC2 says', () => {
    const end = { id: 'i-1', stateReason: 'Client.X', stateMessage: '', transition: '' } as never;
    const status = { updated: '2026-11-26T06:00:00Z', reason: 'LOST', message: 'It is gone.' } as Status;
    expect(guardLines(end, status)).toEqual([
      '2026-11-26T06:00:00Z lambda-ec2 guard: LOST: It is gone.',
      '2026-11-26T06:00:00Z lambda-ec2 guard: EC2 on the end of i-1: Client.X',
    ]);
  });

  test('of what the runner pushed the last four megabytes are taken, and it is said when there was more', async () => {
    const read = (answer: unknown) => {
      const { client, asked } = answering(S3Client, () => answer);
      return readLiveLog(client, 'jobs', 'k').then((live) => ({ live, asked }));
    };
    const { live, asked } = await read({ ...text('began'), ETag: 'e', ContentRange: 'bytes 0-4/5' });
    expect(live).toEqual({ text: 'began', etag: 'e' });
    expect(asked).toEqual([['GetObject', { Bucket: 'jobs', Key: 'k', Range: 'bytes=-4194304' }]]);
    expect((await read(text('began'))).live).toEqual({ text: 'began', etag: undefined });
    expect((await read({ ...text('an'), ContentRange: 'bytes 3-4/5' })).live?.text).toBe(
      '(the beginning is in the earlier version of this object)\nan',
    );
    expect((await read({ ETag: 'e' })).live).toEqual({ text: '', etag: 'e' });
    for (const none of ['NoSuchKey', 'InvalidRange'])
      expect((await read(s3Error(none, 404))).live).toEqual({ text: '' });
    expect((await read(s3Error('AccessDenied', 403))).live).toBeUndefined();
  });
});

describe('what an earlier run left', () => {
  const LAUNCHED = Date.parse('2026-11-26T06:00:00Z');
  const JOB = { bucket: 'jobs', key: 'app_runner/input/may.zip', versionId: 'v1', sequencer: '0A', attempt: 1 };
  interface Found {
    writer?: string;
    status?: Partial<Status>;
    refusal?: Error;
  }
  const removed = async (writtenAt: number | undefined, begun?: string, { writer, status, refusal }: Found = {}) => {
    const { client, asked } = answering(S3Client, (name) => {
      if (name === 'DeleteObject') return refusal ?? {};
      if (name === 'GetObject') return status ? text(JSON.stringify(status)) : s3Error('NoSuchKey', 404);
      if (writtenAt === undefined) return s3Error('NotFound', 404);
      return { LastModified: new Date(writtenAt), ETag: 'e', Metadata: writer && { 'instance-id': writer } };
    });
    const events: string[] = [];
    const logger = { warn: (event: string) => void events.push(event) } as never;
    const run = { id: 'i-1', job: JOB, launchTime: new Date(LAUNCHED), begun };
    await removeOlderOutputs({ s3: client, logger }, 'jobs', 'may', run);
    return { keys: asked.filter(([name]) => name === 'DeleteObject').map(([, input]) => input), events };
  };
  const both = ['app_runner/output/may.zip', 'app_runner/output/may_app.log'].map((Key) => ({
    Bucket: 'jobs',
    Key,
    IfMatch: 'e',
  }));

  test('is taken away when it is surely older: S3 tells seconds', async () => {
    expect((await removed(LAUNCHED - 1_000)).keys).toEqual(both);
    expect((await removed(LAUNCHED - 999)).keys).toEqual([]);
    expect((await removed(undefined)).keys).toEqual([]);
    // Of an instance that somebody has stopped and started, the run began before.
    expect((await removed(LAUNCHED - 1_000, '2026-11-26T05:00:00Z')).keys).toEqual([]);
    expect((await removed(LAUNCHED - 1_000, '2026-11-26T07:00:00Z')).keys).toEqual(both);
  });

  test('is told by the instance that wrote it, whatever the time', async () => {
    expect((await removed(LAUNCHED + 1_000, undefined, { writer: 'i-2' })).keys).toEqual(both);
    expect((await removed(LAUNCHED - 1_000, undefined, { writer: 'i-1' })).keys).toEqual([]);
  });

  test('stays when a newer run has the job by now', async () => {
    const record = { job_id: 'may', state: 'RUNNING', message: '', input_sequencer: '0A' } as const;
    const keys = async (attempt: number) =>
      (await removed(LAUNCHED - 1_000, undefined, { status: { ...record, attempt } })).keys;
    expect(await keys(1)).toEqual(both);
    expect(await keys(2)).toEqual([]);
  });

  test('stays where a newer run has written, or S3 denies it; another error is told', async () => {
    expect(
      (await removed(LAUNCHED - 1_000, undefined, { refusal: s3Error('PreconditionFailed', 412) })).events,
    ).toEqual([]);
    expect((await removed(LAUNCHED - 1_000, undefined, { refusal: s3Error('AccessDenied', 403) })).events).toEqual([
      'older_output.kept',
      'older_output.kept',
    ]);
    await expect(removed(LAUNCHED - 1_000, undefined, { refusal: s3Error('SlowDown', 503) })).rejects.toThrow(
      'SlowDown',
    );
    await expect(removed(LAUNCHED - 1_000, undefined, { refusal: new Error('no network') })).rejects.toThrow(
      'no network',
    );
  });
});

describe('what the records say of a run', () => {
  const JOB = { bucket: 'jobs', key: 'app_runner/input/may.zip', versionId: 'v1', sequencer: '0A', attempt: 1 };
  const KEY = 'app_runner/output/may_status.json';
  const status = (state: Status['state'], more: Partial<Status> = {}): Status => ({
    job_id: 'may',
    state,
    message: '',
    attempt: 1,
    input_sequencer: '0A',
    ...more,
  });
  /** Versions of the status, newest first; the first is the present one unless it is taken away. */
  const standing = (versions: (Status | string)[], { taken = false, job = JOB, others = [] as object[] } = {}) => {
    const { client, asked } = answering(S3Client, (name, { VersionId }) => {
      if (name === 'ListObjectVersions') {
        return { Versions: [...others, ...versions.map((_, at) => ({ Key: KEY, VersionId: String(at) }))] };
      }
      const found = VersionId === undefined ? (taken ? undefined : versions[0]) : versions[Number(VersionId)];
      if (found === undefined) return s3Error('NoSuchKey', 404);
      return text(typeof found === 'string' ? found : JSON.stringify(found));
    });
    return standingOf(client, job, 'may').then((result) => ({ ...result, asked }));
  };

  test.each<[string, (Status | string)[], object]>([
    ['nothing', [], { claim: 'never', order: -1, status: undefined }],
    ['a run that waits', [status('WAITING')], { claim: 'never', order: 0, status: status('WAITING') }],
    ['a run that was claimed', [status('RUNNING')], { claim: 'made', order: 0, status: status('RUNNING') }],
    ['an older run', [status('FAILED', { input_sequencer: '09' })], { claim: 'never', order: -1, status: undefined }],
    ['a newer run', [status('WAITING', { attempt: 2 })], { claim: 'never', order: 1, status: undefined }],
    ['nothing that can be read', ['x'], { claim: 'unreadable', order: -1, status: undefined }],
    ['a record that was written over', ['x', status('FAILED')], { claim: 'unreadable', status: status('FAILED') }],
  ])('%s', async (_what, versions, expected) => {
    expect(await standing(versions)).toMatchObject(expected);
  });

  test('a record that was taken away is found among the earlier versions, those of other keys left out', async () => {
    const others = [{ Key: `${KEY}.bak`, VersionId: '0' }];
    expect(await standing([status('RUNNING')], { taken: true, others })).toMatchObject({ claim: 'made', order: 0 });
    expect(await standing(['x', status('RUNNING')], { taken: true })).toMatchObject({ claim: 'unreadable', order: 0 });
    const { asked } = await standing([], {});
    expect(asked[1]).toEqual(['ListObjectVersions', { Bucket: 'jobs', Prefix: KEY, MaxKeys: 200 }]);
  });

  test('twenty-five earlier versions are read', async () => {
    const broken = (count: number) => [...Array.from({ length: count }, () => 'x'), status('RUNNING')];
    expect((await standing(broken(24))).order).toBe(0);
    expect((await standing(broken(25))).order).toBe(-1);
  });

  test('a record of this run is found behind those of an older one, in a bucket that keeps versions', async () => {
    const older = status('FAILED', { input_sequencer: '09' });
    const behind = [older, 'x', status('RUNNING')];
    expect(await standing(behind)).toMatchObject({ claim: 'made', order: 0 });
    expect(await standing(behind, { taken: true })).toMatchObject({ claim: 'made', order: 0 });
    expect(await standing(['x', ...behind])).toMatchObject({ claim: 'unreadable', order: 0 });
    expect(await standing(behind, { job: { ...JOB, versionId: '' } })).toMatchObject({ claim: 'unknown', order: -1 });
    expect(await standing([older, 'x'], { taken: true })).toMatchObject({ claim: 'never', order: -1 });
  });

  test('in a bucket that keeps no versions nobody knows whether a record was taken away', async () => {
    const job = { ...JOB, versionId: '' };
    expect((await standing([], { job })).claim).toBe('unknown');
    expect((await standing([status('WAITING')], { job })).claim).toBe('never');
  });
});

test('an instance that EC2 knows no more is none, and every other error is told', async () => {
  const described = (answer: unknown) => describeInstance(answering(EC2Client, () => answer).client, 'i-1');
  expect(await described({ Reservations: [{}, { Instances: [{ InstanceId: 'i-1' }] }] })).toEqual({
    InstanceId: 'i-1',
  });
  expect(await described({})).toBeUndefined();
  expect(await described(Object.assign(new Error('x'), { name: 'InvalidInstanceID.NotFound' }))).toBeUndefined();
  await expect(described(new Error('no network'))).rejects.toThrow('no network');
});

const letter = (body: object | string, attributes: Record<string, string> = {}): DeadLetter => ({
  messageId: 'm',
  receiptHandle: 'r',
  body: typeof body === 'string' ? body : JSON.stringify(body),
  attributes,
});

test('a run of a schedule that was missed is told by the call and the attributes of its dead letter', () => {
  const call = {
    Bucket: 'jobs',
    CopySource: 'jobs/a/daily.zip',
    Key: 'app_runner/input/daily/<aws.scheduler.scheduled-time>.zip',
  };
  const attributes = {
    SCHEDULE_ARN: 'arn:aws:scheduler:eu-west-1:111122223333:schedule/group/daily',
    SCHEDULED_TIME: '2026-11-27T02:00:00Z',
    ERROR_CODE: 'AccessDenied',
    ERROR_MESSAGE: 'You may not',
  };
  expect(parseMissedRun(letter(call, attributes))).toEqual({
    schedule: 'daily',
    bucket: 'jobs',
    key: 'app_runner/input/daily/2026-11-27T02:00:00Z.zip',
    source: 'a/daily.zip',
    why: 'AccessDenied: You may not',
  });
  const { SCHEDULE_ARN } = attributes;
  expect(parseMissedRun(letter(call, { SCHEDULE_ARN, ERROR_MESSAGE: 'You may not' }))?.why).toBe('You may not');
  expect(parseMissedRun(letter(call, { SCHEDULE_ARN }))?.why).toBe('Scheduler says no more');
  for (const other of [letter(call), letter('x', attributes), letter({ ...call, Key: 7 }, attributes)]) {
    expect(parseMissedRun(other)).toBeUndefined();
  }
});

test("a failed call is told by Lambda's record: by the function's error, or else by the condition", () => {
  const context = {
    functionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:metrics:$LATEST',
    condition: 'RetriesExhausted',
  };
  const call = (responsePayload: unknown, requestContext: object = context) =>
    parseFailedCall(letter({ requestContext, responsePayload }));
  expect(call({ errorMessage: 'no\nkey' })).toEqual({ functionName: 'metrics', why: 'no key' });
  expect(call({ errorMessage: '' })).toEqual({ functionName: 'metrics', why: 'RetriesExhausted' });
  expect(call(undefined, { ...context, functionArn: 'metrics' })).toEqual({
    functionName: 'metrics',
    why: 'RetriesExhausted',
  });
  expect(call(undefined, { condition: 'x' })).toBeUndefined();
  expect(parseFailedCall(letter('no JSON'))).toBeUndefined();
});

import fc from 'fast-check';
import { launchEnv, readEnv } from '../../../contract/function-env';
import { candidates } from '../../../lambda/launch/candidates';
import { ec2Error, judgeError } from '../../../lambda/launch/errors';
import { PACES } from '../../../lambda/launch/outcome';
import { backoffSeconds, waitEnd } from '../../../lambda/launch/waiting';
import { decodeEventKey, encodeEventKey, formatDelivery, parseDelivery } from '../../../lambda/shared/upload-event';

const ENV = {
  TEMPLATE_ID: 'lt-0123456789abcdef0',
  STACK_NAME: 'lambda-ec2',
  SUBNET_IDS: 'subnet-11111111, subnet-22222222',
  INSTANCE_TYPES: '',
  QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/1/q',
  LAUNCH_WAIT_SECONDS: '43200',
  MAX_RUNNING: '0',
};

test('the environment is read once; lists may be empty or missing', () => {
  expect(readEnv(launchEnv, ENV)).toEqual({
    templateId: 'lt-0123456789abcdef0',
    stackName: 'lambda-ec2',
    subnetIds: ['subnet-11111111', 'subnet-22222222'],
    instanceTypes: [],
    bucketEncryption: '',
    bucketRequestPayer: '',
    queueUrl: 'https://sqs.eu-west-1.amazonaws.com/1/q',
    launchWaitSeconds: 43_200,
    maxRunning: 0,
  });
  expect(readEnv(launchEnv, { ...ENV, SUBNET_IDS: undefined }).subnetIds).toEqual([]);
});

test('all wrong variables are named in one error', () => {
  const wrong = { ...ENV, TEMPLATE_ID: undefined, SUBNET_IDS: 'x', LAUNCH_WAIT_SECONDS: '12h' };
  expect(() => readEnv(launchEnv, wrong)).toThrow(
    /TEMPLATE_ID is missing; SUBNET_IDS must be .*; LAUNCH_WAIT_SECONDS must be/,
  );
});

test('without subnets EC2 chooses one, and only types are varied', () => {
  expect(candidates([], ['m6i.large'])).toEqual([{}, { instanceType: 'm6i.large' }]);
});

test('waits double up to 15 minutes, hourly after a day, and end at the end of the wait', () => {
  const end = waitEnd({ sentAt: 0, receiveCount: 1 }, 5 * 86_400);
  const wait = (receiveCount: number, now: number, random = 1) =>
    backoffSeconds({ sentAt: 0, receiveCount }, 'capacity', end, now, () => random);
  expect([1, 2, 3, 6, 50].map((count) => wait(count, 0))).toEqual([30, 60, 120, 900, 900]);
  expect(wait(1, 0, 0)).toBe(23);
  expect(wait(50, 2 * 86_400_000)).toBe(3600);
  expect(wait(50, end - 9_500)).toBe(11);
  expect(wait(50, end + 9_500)).toBe(1);
});

test.each(['calls', 'answer'] as const)(
  'at the pace of %s a wait is a minute, or a hundredth of what was waited',
  (pace) => {
    const end = waitEnd({ sentAt: 0, receiveCount: 1 }, 5 * 86_400);
    const wait = (waited: number) => backoffSeconds({ sentAt: 0, receiveCount: 50 }, pace, end, waited * 1000, () => 1);
    expect([0, 5_000, 20_000, 86_400, 86_401, 2 * 86_400].map(wait)).toEqual([60, 60, 200, 864, 3600, 3600]);
  },
);

test.each(PACES)('thirteen days of waiting at the pace of %s stay below the thousand receives of a queue', (pace) => {
  const end = waitEnd({ sentAt: 0, receiveCount: 1 }, 13 * 86_400);
  let now = 0;
  let receiveCount = 1;
  for (; now < end; receiveCount++) {
    now += backoffSeconds({ sentAt: 0, receiveCount }, pace, end, now, () => 0) * 1000;
  }
  expect(receiveCount).toBeLessThan(1000);
});

test('event keys are decoded to what they were', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (key) => decodeEventKey(encodeEventKey(key)) === key));
  expect(decodeEventKey('a+b%2Bc/%C3%BC')).toBe('a b+c/ü');
});

test('a formatted delivery reads back as the same run, the next attempt included', () => {
  const job = { bucket: 'jobs', key: 'app_runner/input/a b+.zip', versionId: 'v1', sequencer: '0A', attempt: 2 };
  expect(parseDelivery(formatDelivery(job))).toEqual({ kind: 'uploads', uploads: [job], ignoredRecords: [] });
  const first = { ...job, versionId: '', sequencer: '', attempt: 1, submitted: '2026-11-24T03:00:00.000Z' };
  expect(parseDelivery(formatDelivery(first))).toEqual({ kind: 'uploads', uploads: [first], ignoredRecords: [] });
});

test('the version "null" of a suspended bucket identifies nothing', () => {
  const text = formatDelivery({ bucket: 'jobs', key: 'k', versionId: 'null', sequencer: '0A', attempt: 1 });
  expect(parseDelivery(text)).toMatchObject({ uploads: [{ versionId: '', sequencer: '0A' }] });
});

test.each([['soon'], [7], [null]])('an upload whose time is %j has none', (eventTime) => {
  const s3 = { bucket: { name: 'jobs' }, object: { key: 'k' } };
  const delivery = parseDelivery(JSON.stringify({ Records: [{ eventName: 'ObjectCreated:Put', eventTime, s3 }] }));
  expect(delivery).toMatchObject({ uploads: [{ key: 'k', submitted: undefined }] });
});

test("a sequencer that cannot be S3's is none: it would be newer than every upload to come", () => {
  const text = formatDelivery({ bucket: 'jobs', key: 'k', versionId: 'v1', sequencer: 'zz', attempt: 1 });
  expect(parseDelivery(text)).toMatchObject({ uploads: [{ versionId: 'v1', sequencer: '' }] });
});

test('an error without an answer waits, whatever it is', () => {
  expect(judgeError(ec2Error(new TypeError('fetch failed'))).kind).toBe('wait');
  expect(judgeError(ec2Error(undefined)).kind).toBe('wait');
  expect(judgeError(ec2Error('text')).kind).toBe('wait');
});

test('MissingParameter is a missing image only when it is about the image', () => {
  const error = (message: string) => ({ code: 'MissingParameter', message, status: 400 });
  expect(judgeError(error('The request must contain the parameter ImageId'))).toMatchObject({ aboutImage: true });
  expect(judgeError(error('The request must contain the parameter InstanceType'))).toMatchObject({ aboutImage: false });
});

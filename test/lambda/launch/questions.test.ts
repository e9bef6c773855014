import { EC2Client } from '@aws-sdk/client-ec2';
import type { LaunchEnv } from '../../../contract/function-env';
import type { Status } from '../../../contract/status';
import { findEarlierRun } from '../../../lambda/launch/earlier-run';
import { judgeMissingImage } from '../../../lambda/launch/missing-image';
import { launchRequest } from '../../../lambda/launch/request';
import { unanswered } from '../../../lambda/launch/unanswered';
import { imageOfVersion } from '../../../lambda/launch/version-image';
import type { StoredStatus } from '../../../lambda/shared/record';
import { withSend } from '../with-send';

// What a launch asks AWS beside its one call, and what each answer makes of a job.

const ENV = { templateId: 'lt-1', stackName: 'lambda-ec2' } as LaunchEnv;
const JOB = { bucket: 'jobs', key: 'app_runner/input/may.zip', versionId: 'v1', sequencer: '0A', attempt: 1 };
const named = (name: string, status = 400) =>
  Object.assign(new Error('in words'), { name, $metadata: { httpStatusCode: status } });

/** EC2 with these answers, by the names of its actions; an error is thrown. */
function answering(answers: Record<string, object>) {
  const asked: object[] = [];
  const ec2 = withSend(EC2Client, async (command: { constructor: { name: string }; input: object }) => {
    asked.push(command.input);
    const answer = answers[command.constructor.name.replace('Command', '')] ?? {};
    if (answer instanceof Error) throw answer;
    return answer;
  });
  return { ec2, asked };
}

const version = (ImageId?: string) => ({
  DescribeLaunchTemplateVersions: { LaunchTemplateVersions: [{ VersionNumber: 7, LaunchTemplateData: { ImageId } }] },
});
const image = (State?: string) => ({ DescribeImages: { Images: [{ ImageId: 'ami-1', State }] } });

test.each([
  ['has none', version(), { kind: 'none', version: '7' }],
  ['is there', { ...version('ami-1'), ...image('pending') }, there('pending')],
  ['is there, in a state that EC2 does not tell', { ...version('ami-1'), ...image() }, there('available')],
  ['is gone', version('ami-1'), { kind: 'gone', version: '7', imageId: 'ami-1' }],
  ['is named by a parameter', version('resolve:ssm:/x'), { ...there('available'), imageId: 'resolve:ssm:/x' }],
  ['is not there, nor is the version', {}, { kind: 'none', version: '$Default' }],
  ['is not there, nor what the version holds', bareVersion(), { kind: 'none', version: '7' }],
])('the image of a version %s', async (_what, answers, expected) => {
  const { ec2, asked } = answering(answers);
  expect(await imageOfVersion(ec2, 'lt-1')).toEqual(expected);
  expect(asked[0]).toEqual({ LaunchTemplateId: 'lt-1', Versions: ['$Default'] });
});

function there(state: string) {
  return { kind: 'there', version: '7', imageId: 'ami-1', state };
}

function bareVersion() {
  return { DescribeLaunchTemplateVersions: { LaunchTemplateVersions: [{ VersionNumber: 7 }] } };
}

const REFUSAL = { code: 'InvalidParameterValue', message: '', status: 400 };
const judge = (answers: Record<string, object>, asked: string | undefined, aboutImage = false) =>
  judgeMissingImage({ ec2: answering(answers).ec2, env: ENV }, asked, REFUSAL, aboutImage);
const AVAILABLE = { ...version('ami-1'), ...image('available') };

test('a launch that was refused with an image in order was not refused for its sake, unless EC2 says so', async () => {
  expect(await judge(AVAILABLE, undefined)).toBeUndefined();
  expect(await judge(AVAILABLE, undefined, true)).toEqual({
    kind: 'wait',
    reason: 'NO_IMAGE',
    pace: 'capacity',
    message:
      'the image ami-1 of launch template version 7, the default, is available, and EC2 does not launch it yet (InvalidParameterValue)',
  });
});

test.each<[string, Record<string, object>]>([
  ['has none', version()],
  ['is gone', version('ami-1')],
  ['is not ready', { ...version('ami-1'), ...image('pending') }],
])(
  'where the image of a version %s, the default waits for the next one and another version fails',
  async (_, answers) => {
    expect(await judge(answers, undefined)).toMatchObject({ kind: 'wait', reason: 'NO_IMAGE', pace: 'capacity' });
    expect(await judge(answers, '7')).toMatchObject({ kind: 'fail', reason: 'NO_IMAGE' });
  },
);

test('an image that is not ready is told with its state', async () => {
  const pending = { ...version('ami-1'), ...image('pending') };
  expect((await judge(pending, '7'))?.message).toMatch(/ami-1 of launch template version 7, which is pending; /);
});

test('when the version does not answer, the job waits where that may pass or nothing else can be meant', async () => {
  const throttled = { DescribeLaunchTemplateVersions: named('RequestLimitExceeded', 503) };
  const denied = { DescribeLaunchTemplateVersions: named('UnauthorizedOperation', 403) };
  const waits = { kind: 'wait', reason: 'NO_IMAGE', pace: 'capacity' };
  expect(await judge(throttled, undefined)).toMatchObject(waits);
  expect(await judge(throttled, '7')).toMatchObject(waits);
  expect(await judge(denied, undefined)).toBeUndefined();
  expect(await judge(denied, '7')).toBeUndefined();
  expect(await judge(denied, undefined, true)).toMatchObject(waits);
  expect(await judge(denied, '7', true)).toMatchObject({ kind: 'fail', reason: 'NO_IMAGE' });
});

test.each([
  ['RequestLimitExceeded', 503, { kind: 'wait', reason: 'NO_CAPACITY', pace: 'calls' }],
  ['InternalError', 500, { kind: 'wait', reason: 'NO_CAPACITY', pace: 'answer' }],
  ['ExpiredToken', 400, { kind: 'wait', reason: 'NO_CAPACITY', pace: 'answer' }],
  ['VcpuLimitExceeded', 400, { kind: 'wait', reason: 'NO_CAPACITY', pace: 'capacity' }],
  ['AccessDenied', 403, { kind: 'fail', reason: 'LAUNCH_REFUSED' }],
  ['UnauthorizedOperation', 403, { kind: 'fail', reason: 'LAUNCH_REFUSED' }],
  ['KMS.DisabledException', 400, { kind: 'fail', reason: 'LAUNCH_REFUSED' }],
  ['NoSuchBucket', 404, { kind: 'fail', reason: 'LAUNCH_REFUSED' }],
  ['NoSuchBucketPolicy', 404, { kind: 'wait', pace: 'answer' }],
  ['NotAccessDenied', 400, { kind: 'wait', pace: 'answer' }],
])('a question to which the answer is %s', (code, status, expected) => {
  const outcome = unanswered(named(code, status), 'who has the lock could not be seen');
  expect(outcome).toMatchObject(expected);
  expect(outcome.message).toContain(`who has the lock could not be seen (${code}: in words)`);
});

const status = (state: Status['state'], more: Partial<Status> = {}): StoredStatus => ({
  kind: 'status',
  etag: 'e',
  status: { job_id: 'may', state, message: '', attempt: 1, input_sequencer: '0A', ...more },
});
const earlier = (answers: Record<string, object>, stored: StoredStatus = { kind: 'none' }) =>
  findEarlierRun({ ec2: answering(answers).ec2, readStatus: async () => stored }, JOB, 'may');

test('an earlier delivery left an instance, a status, or nothing', async () => {
  const instance = { DescribeInstances: { Reservations: [{}, { Instances: [{ InstanceId: 'i-1' }] }] } };
  const running = {
    DescribeInstances: { Reservations: [{ Instances: [{ InstanceId: 'i-1', State: { Name: 'running' } }] }] },
  };
  expect(await earlier(running)).toEqual({ kind: 'had', message: 'instance i-1 (running) was launched for it before' });
  expect(await earlier(instance)).toMatchObject({ kind: 'had' });
  expect(await earlier({})).toEqual({ kind: 'none' });
  expect(await earlier({}, status('RUNNING'))).toEqual({ kind: 'had', message: 'its status is RUNNING already' });
  expect(await earlier({}, status('WAITING'))).toEqual({ kind: 'none' });
  expect(await earlier({}, status('FAILED', { attempt: 2 }))).toEqual({
    kind: 'had',
    message: 'a newer upload or attempt has taken its place',
  });
  expect(await earlier({}, status('FAILED', { input_sequencer: '09' }))).toEqual({ kind: 'none' });
  expect(await earlier({}, { kind: 'unreadable', etag: 'e' })).toMatchObject({ kind: 'unknown' });
});

test('the one call says all that is not in the template: tags of instance and volume, the job line, where', () => {
  const order = {
    job: JOB,
    jobId: 'may',
    candidate: { subnetId: 'subnet-1', instanceType: 'm6i.large' },
    tokenNumber: 3,
  };
  const { TagSpecifications, UserData, ClientToken, ...rest } = launchRequest(ENV, order);
  expect(rest).toEqual({
    LaunchTemplate: { LaunchTemplateId: 'lt-1', Version: '$Default' },
    MinCount: 1,
    MaxCount: 1,
    SubnetId: 'subnet-1',
    InstanceType: 'm6i.large',
  });
  const own = [
    { Key: 'Name', Value: 'lambda-ec2 may' },
    { Key: 'lambda-ec2:stack', Value: 'lambda-ec2' },
    { Key: 'lambda-ec2:job', Value: 'may' },
    { Key: 'lambda-ec2:job-token', Value: expect.stringMatching(/^[0-9a-f]{64}$/) },
  ];
  const line = Buffer.from('jobs\nv1\n0A\n1\napp_runner/input/may.zip\n').toString('base64url');
  expect(TagSpecifications).toEqual([
    { ResourceType: 'instance', Tags: [...own, { Key: 'lambda-ec2:job-line.0', Value: line }] },
    { ResourceType: 'volume', Tags: own },
  ]);
  expect(Buffer.from(UserData ?? '', 'base64').toString()).toBe(
    'lambda-ec2-job: s3://jobs/app_runner/input/may.zip?versionId=v1&sequencer=0A\n',
  );
  expect(launchRequest(ENV, { ...order, templateVersion: '7' }).LaunchTemplate?.Version).toBe('7');
  expect(launchRequest(ENV, { ...order, tokenNumber: 4 }).ClientToken).not.toBe(ClientToken);
});

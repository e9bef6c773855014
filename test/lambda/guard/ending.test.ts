import { causeOf, describeEnd } from '../../../lambda/guard/cause';
import { deadlines } from '../../../lambda/guard/deadline';
import { judgeEnding } from '../../../lambda/guard/ending';
import { asJobInstance, type JobInstance } from '../../../lambda/guard/job-instance';
import type { Claim } from '../../../lambda/guard/standing';

// What an end of an instance means for its job, by what EC2 says of it and whether the run was claimed.

const LAUNCHED = new Date('2026-11-26T06:00:00Z');
const DAY = 86_400_000;
const INSTANCE: JobInstance = {
  id: 'i-1',
  state: 'terminated',
  job: undefined,
  token: 't',
  launchTime: LAUNCHED,
  stateReason: '',
  stateMessage: '',
  transition: '',
  tags: { ec2_timeout: '1h' },
  imageId: null,
  instanceType: null,
  templateVersion: null,
};
const OFF = 'Client.InstanceInitiatedShutdown';
const CALL = 'Client.UserInitiatedShutdown';
const ending = (stateReason: string, claim: Claim, more: Partial<JobInstance> = {}, after = 60) =>
  judgeEnding({ ...INSTANCE, stateReason, ...more }, LAUNCHED.getTime() + after * 1000, claim);

test.each<[string, Claim, string, boolean, number, RegExp]>([
  // Nobody claimed the job: another instance may do it, unless a person ended this one.
  ['', 'never', 'LOST', true, 0, /^the instance ended before the job had begun$/],
  [OFF, 'never', 'LOST', true, 0, /^the instance powered itself off before the job had begun$/],
  [CALL, 'never', 'CANCELLED', false, 0, /^somebody ended the instance before the job had begun$/],
  // Somebody did, or may have.
  ['', 'made', 'LOST', false, 0, /^the instance ended without a record of its own$/],
  [OFF, 'unknown', 'LOST', false, 0, /^the instance powered itself off without a record of its own$/],
  [CALL, 'made', 'CANCELLED', false, 0, /^somebody ended the instance while the job ran$/],
  // EC2 did it.
  ['Server.SpotInstanceTermination', 'made', 'INTERRUPTED', true, 0, /^EC2 took the Spot instance back \(Server\.Spot/],
  ['Server.SpotInstanceShutdown', 'never', 'INTERRUPTED', true, 0, /^EC2 took the Spot instance back/],
  ['Server.ScheduledStop', 'made', 'INTERRUPTED', true, 0, /^EC2 retired the instance's hardware/],
  ['Server.InternalError', 'made', 'INTERRUPTED', true, 0, /^EC2 lost the instance to a fault of its own/],
  ['Server.Other', 'made', 'INTERRUPTED', true, 0, /^EC2 ended the instance \(Server\.Other\)$/],
  ['Server.InsufficientInstanceCapacity', 'never', 'NO_CAPACITY', true, 300, /^EC2 had no room for the instance/],
  ['Client.VolumeLimitExceeded', 'never', 'NO_CAPACITY', true, 300, /^the account's quota for EBS volumes is used up/],
  ['Client.InvalidSnapshot.NotFound', 'never', 'NO_IMAGE', false, 0, /^a snapshot .* is gone/],
  ['Client.InternalError', 'never', 'LAUNCH_REFUSED', false, 0, /^EC2 could not start the instance, mostly/],
  ['Client.InvalidKMSKey.X', 'never', 'LAUNCH_REFUSED', false, 0, /^EC2 could not use the KMS key/],
  ['Client.Other', 'never', 'LAUNCH_REFUSED', false, 0, /^EC2 ended the instance before the job had begun \(Client/],
  ['Client.Other', 'made', 'LOST', false, 0, /^EC2 ended the instance without a record of its own \(Client\.Other\)$/],
  ['NotServer.Other', 'made', 'LOST', false, 0, /^EC2 ended the instance without a record/],
  // What the status said cannot be read.
  ['Server.SpotInstanceTermination', 'unreadable', 'LOST', false, 0, /its instance has ended \(Server\.Spot\S+\), so/],
  ['', 'unreadable', 'LOST', false, 0, /^the status of the job could not be read and its instance has ended, so/],
])('%s, with the claim %s: %s', (code, claim, reason, again, delaySeconds, message) => {
  expect(ending(code, claim)).toEqual({
    reason,
    again,
    delaySeconds,
    message: expect.stringMatching(message),
    advice: expect.stringMatching(/^(see|upload|raise|ask|bake)/),
  });
});

test('from the time limit on an end is that of the limit, by the time that EC2 tells or else by the clock', () => {
  const reasons = (after: number, transition = '') => [
    ending(CALL, 'made', { transition }, after).reason,
    ending(CALL, 'never', { transition }, after).message,
  ];
  const cancelled = ['CANCELLED', 'somebody ended the instance before the job had begun'];
  const timedOut = ['TIMED_OUT', 'the instance was ended at its time limit before the job had begun'];
  expect(reasons(3599)).toEqual(cancelled);
  expect(reasons(3600)).toEqual(timedOut);
  expect(reasons(9999, 'User initiated (2026-11-26 06:59:59 GMT)')).toEqual(cancelled);
  expect(reasons(9999, 'User initiated (2026-11-26 06:59:59 UTC)')).toEqual(cancelled);
  expect(reasons(0, 'User initiated (2026-11-26 07:00:00 GMT)')).toEqual(timedOut);
  expect(reasons(3600, 'User initiated (2026-11-26 06:59:59)')).toEqual(timedOut);
  expect(ending(OFF, 'never', {}, 3600)).toMatchObject({ reason: 'LOST', again: true });
});

test('an instance must be gone twenty-three minutes after its time, of which an odd one is an hour', () => {
  const minutes = (ec2_timeout?: string) => {
    const { timeout, end } = deadlines({
      launchTime: LAUNCHED,
      tags: ec2_timeout === undefined ? {} : { ec2_timeout },
    });
    return [timeout, end].map((time) => (time - LAUNCHED.getTime()) / 60_000);
  };
  expect(minutes('15m')).toEqual([15, 38]);
  expect(minutes('7d')).toEqual([(7 * DAY) / 60_000, (7 * DAY) / 60_000 + 23]);
  for (const odd of [undefined, '', 'soon', '604801s']) expect(minutes(odd)).toEqual([60, 83]);
});

test.each([
  ['Server.InternalError', 'Client.X.Y: Bad key', '', 'Client.X.Y', 'Client.X.Y: Bad key'],
  ['Server.InternalError', 'Client.X', '', 'Client.X', 'Client.X'],
  ['Client.A', 'see Client.X: bad', '', 'Client.A', 'Client.A: see Client.X: bad'],
  ['Client.A', 'Client.X is bad', '', 'Client.A', 'Client.A: Client.X is bad'],
  ['Client.A', 'Other.X: bad', '', 'Client.A', 'Client.A: Other.X: bad'],
  ['Client.A', '', 'Server.B: gone', 'Client.A', 'Client.A'],
  ['', '', 'Server.B: gone', 'Server.B', 'Server.B'],
  ['', 'in words', '', '', 'in words'],
])(
  'of the reason %j, the message %j and the transition %j the cause is %j',
  (stateReason, stateMessage, transition, code, words) => {
    expect(causeOf({ stateReason, stateMessage, transition })).toEqual({ code, words });
  },
);

test('a log has all that EC2 says of an end', () => {
  const end = { id: 'i-1', stateReason: 'Client.X', stateMessage: '', transition: 'User\ninitiated' };
  expect(describeEnd(end)).toBe('EC2 on the end of i-1: Client.X; User initiated');
  expect(describeEnd({ ...end, stateReason: '', transition: '' })).toBe('EC2 gives no reason for the end of i-1');
});

describe('an instance of ours', () => {
  const OWNER = { stackName: 's', templateId: 'lt-1' };
  const tags = (more: Record<string, string> = {}) =>
    Object.entries({
      'lambda-ec2:stack': 's',
      'aws:ec2launchtemplate:id': 'lt-1',
      'lambda-ec2:job-token': 't',
      ...more,
    }).map(([Key, Value]) => ({ Key, Value }));
  const instance = { InstanceId: 'i-1', State: { Name: 'running' as const }, LaunchTime: LAUNCHED, Tags: tags() };

  test('has the tags of stack, template and job', () => {
    expect(asJobInstance(instance, OWNER)).toEqual({
      ...INSTANCE,
      state: 'running',
      tags: { 'lambda-ec2:stack': 's', 'aws:ec2launchtemplate:id': 'lt-1', 'lambda-ec2:job-token': 't' },
    });
    const line = Buffer.from('jobs\nv\n0A\n1\nk\n').toString('base64url');
    const more = tags({ 'lambda-ec2:job-line.0': line, 'aws:ec2launchtemplate:version': '7' });
    const told = {
      StateReason: { Code: 'Client.X', Message: 'm' },
      StateTransitionReason: 'x',
      ImageId: 'ami-1',
      InstanceType: 'm7i.large' as const,
    };
    expect(asJobInstance({ ...instance, ...told, Tags: more }, OWNER)).toMatchObject({
      job: { bucket: 'jobs', key: 'k', versionId: 'v', sequencer: '0A', attempt: 1 },
      stateReason: 'Client.X',
      stateMessage: 'm',
      transition: 'x',
      imageId: 'ami-1',
      instanceType: 'm7i.large',
      templateVersion: '7',
    });
  });

  test.each([
    ['of another stack', { ...instance, Tags: tags({ 'lambda-ec2:stack': 'other' }) }],
    ['of another template', { ...instance, Tags: tags({ 'aws:ec2launchtemplate:id': 'lt-2' }) }],
    ['that a person started by hand', { ...instance, Tags: tags({ 'lambda-ec2:job-token': '' }) }],
    ['without tags', { ...instance, Tags: undefined }],
    ['without an id', { ...instance, InstanceId: undefined }],
    ['without a state', { ...instance, State: {} }],
    ['without any state', { ...instance, State: undefined }],
    ['without a time', { ...instance, LaunchTime: undefined }],
  ])('is none %s', (_what, other) => {
    expect(asJobInstance(other, OWNER)).toBeUndefined();
  });
});

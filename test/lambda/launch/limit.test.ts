import { clientToken, jobToken } from '../../../contract/token';
import { launcher, MAY, refusal } from './stub-launcher';

// Under max_running: who is counted, and when the lock of launches is left to run out.

const instances = (...ids: (string | object)[]) => ({
  Reservations: [{ Instances: ids.map((id) => (typeof id === 'string' ? { InstanceId: id } : id)) }],
});
const JOB = {
  bucket: 'jobs',
  key: 'app_runner/input/may.zip',
  versionId: 'v1',
  sequencer: '0055AED6DCD90281E5',
  attempt: 1,
};

test('what costs something is counted, and a job that may not run waits for its turn', async () => {
  const { deliver, asked, events, records, postponed, locks, tokens } = launcher({
    maxRunning: 2,
    instances: instances('i-7', 'i-8'),
  });
  expect(await deliver([MAY])).toEqual(['m0']);
  expect(asked).toMatchObject([
    {
      Filters: [
        { Name: 'tag:lambda-ec2:stack', Values: ['lambda-ec2'] },
        { Name: 'tag:aws:ec2launchtemplate:id', Values: ['lt-1'] },
        { Name: 'instance-state-name', Values: ['pending', 'running'] },
      ],
    },
  ]);
  expect(events).toEqual(['info job.deferred', 'info wait.recorded']);
  expect(records[0]?.status.reason).toBe('NO_CAPACITY');
  expect([postponed, locks, tokens]).toEqual([[15], ['jobs'], []]);
});

test('a job is launched below the limit, and the lock released when EC2 shows its instance', async () => {
  const { deliver, events, locks } = launcher({
    maxRunning: 2,
    instances: [instances('i-7'), refusal('RequestLimitExceeded', 503), instances('i-7', 'i-1')],
  });
  expect(await deliver([MAY])).toEqual([]);
  expect([events, locks]).toEqual([['info job.launched'], ['jobs']]);
});

test('a lock that another has makes the job come back in seconds, without a look or a launch', async () => {
  const { deliver, asked, tokens, events, postponed } = launcher({ maxRunning: 2, lock: false });
  expect(await deliver([MAY])).toEqual(['m0']);
  expect([asked, tokens, postponed]).toEqual([[], [], [5]]);
  expect(events[0]).toBe('info job.deferred');
});

test('the instance that the job has already is told by its token alone', async () => {
  const token = (Key: string) => {
    const own = { InstanceId: 'i-9', Tags: [{ Key, Value: jobToken(JOB) }] };
    return launcher({ maxRunning: 1, instances: instances({ InstanceId: 'i-8' }, own) });
  };
  const had = token('lambda-ec2:job-token');
  expect(await had.deliver([MAY])).toEqual([]);
  expect(had.events).toEqual(['info job.already_launched']);
  const other = token('other');
  expect(await other.deliver([MAY])).toEqual(['m0']);
});

test.each([
  ['the answer is lost', { answers: [refusal('InternalError', 500)] }],
  ['the token is known and its instance not seen', { answers: [refusal('IdempotentParameterMismatch')] }],
  [
    'the token is known and the look for its instance fails',
    { answers: [refusal('IdempotentParameterMismatch')], instances: [instances(), refusal('InternalError', 500)] },
  ],
])('where %s, an instance may have been started, and the lock runs out', async (_what, answers) => {
  const { deliver, locks } = launcher({ maxRunning: 1, ...answers });
  expect(await deliver([MAY])).toEqual(['m0']);
  expect(locks).toEqual([]);
});

test.each([
  ['refuses', { answers: [refusal('InvalidParameterValue')] }],
  ['has no room', { answers: [refusal('InsufficientInstanceCapacity', 500)] }],
  [
    'denies the look for it',
    {
      answers: [refusal('IdempotentParameterMismatch')],
      instances: [instances(), refusal('UnauthorizedOperation', 403)],
    },
  ],
])('where EC2 %s, none was, and the lock is released', async (_what, answers) => {
  const { deliver, locks } = launcher({ maxRunning: 1, ...answers });
  await deliver([MAY]);
  expect(locks).toEqual(['jobs']);
});

test('the tokens of candidates and rounds are numbered through, the same in each delivery', async () => {
  const duplicate = refusal('IdempotentParameterMismatch');
  const full = refusal('InsufficientInstanceCapacity', 500);
  const { deliver, tokens } = launcher({ answers: [duplicate, full, duplicate, duplicate, duplicate] });
  await deliver([MAY], { receiveCount: 2 });
  expect(tokens).toEqual([0, 2, 1, 3, 5].map((number) => clientToken(JOB, number)));
});

test('a template whose types can all not run here fails, whatever EC2 has against each', async () => {
  const answers = [refusal('Unsupported'), refusal('Unsupported'), refusal('InvalidParameterValue')];
  const { deliver, events, records } = launcher({ answers, types: ['c7g.large'] });
  expect(await deliver([MAY])).toEqual([]);
  expect(events).toEqual(['error job.refused', 'warn failure.recorded']);
  expect(records[0]?.status).toMatchObject({
    reason: 'LAUNCH_REFUSED',
    message: expect.stringMatching(/^No instance type can run here/),
  });
});

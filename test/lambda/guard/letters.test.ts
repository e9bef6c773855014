import { handleDeadLetters } from '../../../lambda/guard/dead-letters';
import { formatDelivery } from '../../../lambda/shared/upload-event';
import { s3Error } from './memory-bucket';
import { JOB, KEYS, stubGuard } from './stub-guard';

const letter = (messageId: string, body: string) => ({ messageId, receiptHandle: 'r', body, attributes: {} });
const upload = (messageId: string, key = JOB.key) => letter(messageId, formatDelivery({ ...JOB, key }));
const failedCall = (messageId: string) =>
  letter(
    messageId,
    JSON.stringify({
      requestContext: { functionArn: 'arn:aws:lambda:eu-west-1:1:function:metrics:$LATEST', condition: 'x' },
    }),
  );

test('of an empty queue nothing is received', async () => {
  const { deps } = stubGuard({ letters: [[upload('m1')]] });
  deps.deadLetters.isEmpty = async () => true;
  deps.deadLetters.receive = () => Promise.reject(new Error('was asked'));
  await handleDeadLetters(deps);
});

test('letters are received for a minute, not longer, and removed once they are handled', async () => {
  const { deps, clock, removed } = stubGuard({ letters: [[upload('m1')], [upload('m2')], [upload('m3')]] });
  const { receive } = deps.deadLetters;
  deps.deadLetters.receive = async () => {
    clock.now += 30_000;
    return receive();
  };
  await handleDeadLetters(deps);
  expect(removed).toEqual(['m1', 'm2']);
});

test('those that fail are logged, named at the end and left in the queue', async () => {
  const keys = ['a', 'b'].map((id) => `app_runner/input/${id}.zip`);
  const { deps, bucket, events, removed } = stubGuard({ letters: [[upload('m1', keys[0]), upload('m2', keys[1])]] });
  for (const id of ['a', 'b'])
    bucket.refusals.set(`PutObject app_runner/output/${id}_status.json`, s3Error('SlowDown', 503));
  const why = 'SlowDown: SlowDown in words';
  await expect(handleDeadLetters(deps)).rejects.toThrow(`dead letters could not be handled: m1: ${why}; m2: ${why}`);
  const error = { name: 'SlowDown', message: 'SlowDown in words', code: undefined };
  expect(events).toEqual(
    ['m1', 'm2'].map((messageIds) => ['error dead_letter.handling_failed', { messageIds, error }]),
  );
  expect(removed).toEqual([]);
});

test('failed calls are told together, and stay together when nobody can be told', async () => {
  const calls = () => ({ letters: [[failedCall('m1'), failedCall('m2')]] });
  const told = stubGuard(calls());
  await handleDeadLetters(told.deps);
  expect(told.notices).toHaveLength(1);
  expect(told.removed).toEqual(['m1', 'm2']);
  const { deps, events, removed } = stubGuard(calls());
  deps.notify = () => Promise.reject(new Error('no topic'));
  await expect(handleDeadLetters(deps)).rejects.toThrow('dead letters could not be handled: m1, m2: no topic');
  const error = { name: 'Error', message: 'no topic', code: undefined };
  expect(events).toContainEqual(['error dead_letter.handling_failed', { messageIds: 'm1, m2', error }]);
  expect(removed).toEqual([]);
});

test('a message that names no job is logged whole and told with all that is wrong', async () => {
  const removal = { eventName: 'ObjectRemoved:Delete', s3: { bucket: { name: 'jobs' }, object: { key: 'k' } } };
  const body = JSON.stringify({ Records: [removal, { ...removal, eventName: 'ObjectTagging:Put' }] });
  const { deps, events, notices, removed } = stubGuard({ letters: [[letter('m1', body)]] });
  await handleDeadLetters(deps);
  const problems = ['ObjectRemoved:Delete is no upload', 'ObjectTagging:Put is no upload'];
  expect(events).toEqual([['error dead_letter.dropped', { problems, body }]]);
  expect(notices).toEqual([
    {
      subject: 'lambda-ec2: dropped a message that names no job',
      text: `A message that no function could handle was dropped: ${problems.join('; ')}.\n\nIt begins:\n${body}`,
    },
  ]);
  expect(removed).toEqual(['m1']);
});

test('a key that is refused gets its record when it names a job, and none when it does not', async () => {
  const named = 'app_runner/input/template=x/may.zip';
  const nameless = 'app_runner/input/.zip';
  const { deps, events, bucket, record, removed } = stubGuard({
    letters: [[upload('m1', nameless)], [upload('m2', named)]],
  });
  await handleDeadLetters(deps);
  expect(events.map(([event]) => event)).toEqual([
    'warn dead_letter.refused',
    'warn dead_letter.refused',
    'error dead_letter.recorded',
  ]);
  const [first, second] = events.map(([, facts]) => facts as { key: string; why: string });
  expect(first).toEqual({ key: nameless, why: expect.stringContaining('the file name before .zip is empty') });
  expect(second?.key).toBe(named);
  expect(record()).toMatchObject({ reason: 'LAUNCH_REFUSED', message: second?.why });
  expect(bucket.puts().map(({ Key }) => Key)).toEqual([KEYS.ec2Log, KEYS.status]);
  expect(removed).toEqual(['m1', 'm2']);
});

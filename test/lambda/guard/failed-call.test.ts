import { type GuardWorld, lettersIn, SCHEDULE, startGuardWorld } from './fixture';

let world: GuardWorld;
beforeEach(async () => {
  world = await startGuardWorld();
});
afterEach(() => world.close());

/** A record of Lambda's, as "Capturing records of Lambda asynchronous invocations" shows one. */
const failedCall = (name: string, more: object = {}) =>
  JSON.stringify({
    version: '1.0',
    timestamp: '2026-11-14T18:16:05.568Z',
    requestContext: {
      requestId: 'e4b46cbf-b738-xmpl-8880-a18cdf61200e',
      functionArn: `arn:aws:lambda:us-east-2:123456789012:function:${name}:$LATEST`,
      condition: 'RetriesExhausted',
      approximateInvokeCount: 3,
    },
    requestPayload: { Records: [{ s3: { object: { key: 'app_runner/output/may_status.json' } } }] },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: { errorMessage: 'AccessDenied: no key', errorType: 'Error' },
    ...more,
  });

test('people are told of all events that a function could not handle, by one message of each function', async () => {
  for (let at = 0; at < 12; at++) world.deadLetters.send(failedCall('lambda-ec2-Metrics-X1'));
  await world.deadLetter(failedCall('lambda-ec2-Publish-X2'));
  const told = world.notices.map(({ subject, message }) => [subject, message.split('\n')[0]]);
  expect(told.sort()).toEqual([
    [
      'lambda-ec2: a function failed',
      'The function lambda-ec2-Metrics-X1 of lambda-ec2 could not handle 12 events, and Lambda has given up: AccessDenied: no key',
    ],
    [
      'lambda-ec2: a function failed',
      'The function lambda-ec2-Publish-X2 of lambda-ec2 could not handle an event, and Lambda has given up: AccessDenied: no key',
    ],
  ]);
  expect(lettersIn(world.deadLetters)).toBe(0);
  const logged = world.logged.map((line) => JSON.parse(line)).filter(({ event }) => event === 'call.failed');
  expect(logged.map(({ calls }) => calls).sort()).toEqual([1, 12]);
});

test.each([
  ['no answer, as of an event that was too old', undefined],
  ['an answer that tells no error', { some: 'thing' }],
  ['an answer that is no object', 'text'],
])('with %s the cause is the condition', async (_, responsePayload) => {
  await world.deadLetter(failedCall('f', { responsePayload }));
  expect(world.notices[0]?.message).toContain(': RetriesExhausted\n');
});

test('letters that nobody could be told of stay, and the others are handled', async () => {
  world.deadLetters.send(failedCall('f'));
  world.dependencies.notify = () => Promise.reject(new Error('no topic'));
  await expect(world.guard(SCHEDULE)).rejects.toThrow(/^dead letters could not be handled: .*: no topic$/);
  expect(lettersIn(world.deadLetters)).toBe(1);
});

import { body, input } from './fixture';
import { launcher, MAY, NOW, refusal } from './stub-launcher';

// What the launcher logs, records and postpones, by what EC2 answers. Names of events are promised: filters hang on them.

test('a job that got its instance is told of, and nothing is recorded', async () => {
  const { deliver, events, records } = launcher();
  expect(await deliver([MAY])).toEqual([]);
  expect([events, records]).toEqual([['info job.launched'], []]);
});

test('a job whose instance has come and gone needs none', async () => {
  const { deliver, events, records } = launcher({ answers: [refusal('IdempotentInstanceTerminated')] });
  expect(await deliver([MAY])).toEqual([]);
  expect([events, records]).toEqual([['info job.already_launched'], []]);
});

test('a job that waits has a record and stays in the queue, at the pace of what it waits for', async () => {
  const paces = { RequestLimitExceeded: 5, InternalError: 30, VcpuLimitExceeded: 30 };
  for (const [code, seconds] of Object.entries(paces)) {
    const { deliver, events, records, postponed } = launcher({ answers: [refusal(code)] });
    expect(await deliver([MAY])).toEqual(['m0']);
    expect(events).toEqual(['info job.deferred', 'info wait.recorded']);
    expect(records[0]?.status).toMatchObject({ state: 'WAITING', reason: 'NO_CAPACITY' });
    expect(postponed).toEqual([seconds]);
  }
});

test('of several uploads in a message the fastest pace counts', async () => {
  const two = body({ key: input('may') }, { key: input('june') });
  const { deliver, postponed } = launcher({ answers: [refusal('VcpuLimitExceeded'), refusal('RequestLimitExceeded')] });
  expect(await deliver([two])).toEqual(['m0']);
  expect(postponed).toEqual([5]);
});

test('a job that EC2 refuses, or for which the wait is over, fails with a record and leaves the queue', async () => {
  const refused = launcher({ answers: [refusal('InvalidParameterValue')], instances: refusal('AccessDenied', 403) });
  expect(await refused.deliver([MAY])).toEqual([]);
  expect(refused.events).toEqual(['error job.refused', 'warn failure.recorded']);
  expect(refused.records[0]?.status).toMatchObject({ state: 'FAILED', reason: 'LAUNCH_REFUSED' });
  const over = launcher({ answers: [refusal('VcpuLimitExceeded')] });
  expect(await over.deliver([MAY], { sentAt: NOW - 3_600_000 })).toEqual([]);
  expect(over.events).toEqual(['info job.deferred', 'warn failure.recorded']);
  expect(over.records[0]?.status).toMatchObject({ state: 'FAILED', reason: 'NO_CAPACITY' });
  expect(over.postponed).toEqual([]);
});

test('a record that stands in the way is left, and ends the wait', async () => {
  const { deliver, events, postponed } = launcher({ answers: [refusal('VcpuLimitExceeded')], result: 'superseded' });
  expect(await deliver([MAY])).toEqual([]);
  expect(events).toEqual(['info job.deferred', 'info record.kept']);
  expect(postponed).toEqual([]);
});

test('a key that is no input is ignored, one that was meant as one is refused, with a record where there can be one', async () => {
  const { deliver, events, records } = launcher();
  const keys = ['app_runner/output/may.zip', input('template=x/may'), input('')];
  expect(await deliver(keys.map((key) => body({ key })))).toEqual([]);
  expect(events).toEqual(['warn key.ignored', 'warn key.refused', 'warn failure.recorded', 'warn key.refused']);
  expect(records.map(({ status }) => [status.job_id, status.state, status.reason])).toEqual([
    ['may', 'FAILED', 'LAUNCH_REFUSED'],
  ]);
});

test('what names no job is told of and dropped', async () => {
  const { deliver, events } = launcher();
  const removed = JSON.stringify({
    Records: [{ eventName: 'ObjectRemoved:Delete', s3: { bucket: { name: 'b' }, object: { key: 'k' } } }],
  });
  expect(await deliver(['no JSON', removed])).toEqual([]);
  expect(events).toEqual(['error message.dropped', 'warn event_record.skipped']);
});

test('an error that nobody expects keeps the message', async () => {
  const { deliver, events, postponed } = launcher({ answers: [{ Instances: 7 }] });
  expect(await deliver([MAY])).toEqual(['m0']);
  expect(events).toEqual(['info job.deferred', 'info wait.recorded']);
  expect(postponed).toEqual([30]);
});

test('a record that cannot be written keeps the message', async () => {
  const { deliver, events, postponed } = launcher({
    answers: [refusal('VcpuLimitExceeded')],
    result: refusal('SlowDown', 503),
  });
  expect(await deliver([MAY])).toEqual(['m0']);
  expect(events).toEqual(['info job.deferred', 'error upload.handling_failed']);
  expect(postponed).toEqual([30]);
  // No longer than a minute at first, however often it was tried.
  postponed.length = 0;
  await deliver([MAY], { receiveCount: 20 });
  expect(postponed).toEqual([75, 60]);
});

test('a message that cannot be postponed stays in the queue all the same', async () => {
  const { deliver, events } = launcher({ answers: [refusal('VcpuLimitExceeded')], cannotPostpone: true });
  expect(await deliver([MAY])).toEqual(['m0']);
  expect(events.at(-1)).toBe('warn message.postpone_failed');
});

test('messages for which too little time is left come back at once, the first is always tried', async () => {
  const { deliver, events, postponed } = launcher();
  const three = [MAY, body({ key: input('june') }), body({ key: input('july') })];
  expect(await deliver(three, { timeLeft: () => 20_000 })).toEqual([]);
  expect(events).toHaveLength(3);
  expect(await deliver(three, { timeLeft: () => 19_999 })).toEqual(['m1', 'm2']);
  expect(events).toHaveLength(4);
  expect(postponed).toEqual([1, 1]);
});

test('candidates that are not tried for want of time are counted, as long as one was tried', async () => {
  const none = [refusal('InsufficientInstanceCapacity', 500)];
  const late = launcher({ answers: none, types: ['m6i.large'] });
  expect(await late.deliver([MAY], { timeLeft: () => 19_999 })).toEqual(['m0']);
  expect(late.tokens).toHaveLength(1);
  expect(late.records[0]?.status.message).toMatch(
    /^EC2 has no room for it now \(the template's instance type in subnet-1: EC2 has no capacity \(.*\); 3 more were not tried for want of time\); it is tried again until 2026-11-26T13:00:00\.000Z$/,
  );
  const inTime = launcher({ answers: none, types: ['m6i.large'] });
  await inTime.deliver([MAY], { timeLeft: () => 20_000 });
  expect(inTime.tokens).toHaveLength(4);
  expect(inTime.events).toEqual(['info job.deferred', 'info wait.recorded']);
  expect(inTime.postponed).toEqual([30]);
});

test('candidates with one answer are told together', async () => {
  const answers = [
    refusal('InsufficientInstanceCapacity', 500),
    refusal('InsufficientFreeAddressesInSubnet'),
    refusal('InsufficientInstanceCapacity', 500),
    refusal('Unsupported'),
  ];
  const { deliver, records } = launcher({ answers, types: ['m6i.large'] });
  await deliver([MAY]);
  expect(records[0]?.status.message).toMatch(
    /^EC2 has no room for it now \(the template's instance type in subnet-1, m6i\.large in subnet-1: EC2 has no capacity \(InsufficientInstanceCapacity: in words\); the template's instance type in subnet-2: EC2 has no capacity \(.*\); m6i\.large in subnet-2: EC2 does not offer it \(Unsupported: in words\)\); it is/,
  );
});

test('a token of a call that made no instance is renewed on a redelivery, three times at most', async () => {
  const { deliver, tokens, records, postponed } = launcher({ answers: [refusal('IdempotentParameterMismatch')] });
  expect(await deliver([MAY], { receiveCount: 2 })).toEqual(['m0']);
  expect([tokens.length, new Set(tokens).size]).toEqual([3, 3]);
  expect(records[0]?.status).toMatchObject({ state: 'WAITING', reason: 'NO_CAPACITY' });
  expect(postponed).toEqual([75, 10]);
});

test('on the first delivery a token that is known waits for its instance to be seen', async () => {
  const { deliver, tokens, events, postponed } = launcher({ answers: [refusal('IdempotentParameterMismatch')] });
  expect(await deliver([MAY])).toEqual(['m0']);
  expect(tokens).toHaveLength(1);
  expect(events[0]).toBe('info job.deferred');
  expect(postponed).toEqual([5]);
});

test('a further attempt looks for an earlier run, and a look that is denied refuses the job', async () => {
  const again = body({ key: input('may'), attempt: 2 });
  const running = { Reservations: [{ Instances: [{ InstanceId: 'i-9' }] }] };
  const had = launcher({ instances: running });
  expect(await had.deliver([again])).toEqual([]);
  expect([had.events, had.tokens]).toEqual([['info job.already_launched'], []]);
  const denied = launcher({ instances: refusal('UnauthorizedOperation', 403) });
  expect(await denied.deliver([again])).toEqual([]);
  expect(denied.events).toEqual(['error job.refused', 'warn failure.recorded']);
  const silent = launcher({ instances: refusal('InternalError', 500) });
  expect(await silent.deliver([again])).toEqual(['m0']);
  expect(silent.tokens).toEqual([]);
});

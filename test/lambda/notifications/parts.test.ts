import {
  type Configuration,
  destinationOf,
  overlaps,
  type Plan,
  plan,
} from '../../../lambda/notifications/configurations';
import { refusal } from '../../../lambda/notifications/refusal';
import { type NotificationRequest, parseRequest } from '../../../lambda/notifications/request';

const STACK = 'arn:aws:cloudformation:eu-west-1:111122223333:stack/s/1';
const filter = (prefix?: string, suffix?: string): Configuration => ({
  Filter: {
    Key: {
      FilterRules: [
        ...(suffix === undefined ? [] : [{ Name: 'Suffix' as never, Value: suffix }]),
        ...(prefix === undefined ? [] : [{ Name: 'prefix' as const, Value: prefix }]),
      ],
    },
  },
});
const queue = (name: string, more: Configuration = {}) => ({
  QueueArn: `arn:aws:sqs:eu-west-1:111122223333:${name}`,
  Events: ['s3:ObjectCreated:*' as const],
  ...more,
});
const request = (more: Partial<NotificationRequest> = {}): NotificationRequest => ({
  type: 'Create',
  bucket: 'jobs',
  stackId: STACK,
  wanted: { QueueConfigurations: [queue('ours', filter('in/', '.zip'))] },
  before: {},
  ...more,
});
const OWN = { ...queue('ours', filter('in/', '.zip')), Id: `${STACK}-QueueConfigurations-0` };
const THEIRS = { ...queue('theirs', filter('in/', '.zip')), Id: 'theirs' };
const ONCE = { QueueConfigurations: [THEIRS, OWN] };

test('ours come behind those of others, each kind by itself', () => {
  const topic = { TopicArn: 'arn:aws:sns:eu-west-1:111122223333:t', Id: 'x', Events: ['s3:ObjectRemoved:*' as const] };
  const present = { TopicConfigurations: [topic], QueueConfigurations: [THEIRS], EventBridgeConfiguration: {} };
  expect(plan(present, request())).toEqual({
    next: { ...ONCE, TopicConfigurations: [topic], LambdaFunctionConfigurations: [], EventBridgeConfiguration: {} },
    ours: [OWN],
    others: [THEIRS, topic],
    isSame: false,
  });
});

test('what the bucket has already is the same, whatever the order of its parts and events', () => {
  const events = ['s3:ObjectCreated:Put', 's3:ObjectCreated:Copy'] as const;
  const wanted = (order: (typeof events)[number][]) => ({ QueueConfigurations: [queue('ours', { Events: order })] });
  const id = { Id: `${STACK}-QueueConfigurations-0` };
  const present = { QueueConfigurations: [queue('ours', { Events: [...events].reverse(), ...id }), THEIRS] };
  expect(plan(present, request({ wanted: wanted([...events]) })).isSame).toBe(true);
  expect(plan(present, request({ wanted: wanted([events[0]]) })).isSame).toBe(false);
  expect(plan(ONCE, request()).isSame).toBe(true);
  expect(plan({ QueueConfigurations: [OWN] }, request({ type: 'Delete' })).isSame).toBe(false);
  expect(plan({ QueueConfigurations: [THEIRS] }, request({ type: 'Delete' })).isSame).toBe(true);
  expect(plan({}, request({ type: 'Delete', wanted: {} })).isSame).toBe(true);
});

test('ours are those of the stack by id, or those that it wants or had by what they are', () => {
  const kept = (one: Configuration, more: Partial<NotificationRequest> = {}) =>
    plan({ QueueConfigurations: [one as never] }, request(more)).others.length === 1;
  expect(kept({ ...queue('any'), Id: `${STACK}-x` })).toBe(false);
  expect(kept({ ...queue('any'), Id: `${STACK}x` })).toBe(true);
  expect(kept({ ...queue('any'), Id: undefined })).toBe(true);
  expect(kept(queue('ours', filter('in/', '.zip')))).toBe(false);
  expect(kept(queue('ours', filter('in/', '.csv')))).toBe(true);
  expect(kept(queue('ours', filter('out/', '.zip')))).toBe(true);
  expect(kept(queue('old'), { before: { QueueConfigurations: [queue('old')] } })).toBe(false);
  expect(kept(queue('old'))).toBe(true);
});

test('a removal takes ours alone', () => {
  expect(plan(ONCE, request({ type: 'Delete' }))).toMatchObject({ ours: [], others: [THEIRS], isSame: false });
});

test.each<[Configuration, Configuration, boolean]>([
  [filter('in/', '.zip'), filter('in/', '.zip'), true],
  [filter('in/', '.zip'), filter('in/a/', 'x.zip'), true],
  [filter('in/a/', 'x.zip'), filter('in/', '.zip'), true],
  [filter(), filter('in/', '.zip'), true],
  [{}, filter('in/', '.zip'), true],
  [{ Filter: {} }, filter('in/', '.zip'), true],
  [{ Filter: { Key: { FilterRules: [{ Value: 'out/' }] } } }, filter('in/', '.zip'), true],
  [filter('in/', '.zip'), filter('in/', '.csv'), false],
  [filter('in/', '.zip'), filter('out/', '.zip'), false],
  [filter('in/', ''), filter('', '.zip'), true],
])('%j and %j tell of the same uploads: %s', (one, other, same) => {
  expect(overlaps(one, other)).toBe(same);
});

test('a notification goes to a queue, a topic or a function', () => {
  const all = [{ QueueArn: 'q' }, { TopicArn: 't' }, { LambdaFunctionArn: 'f' }, {}];
  expect(all.map(destinationOf)).toEqual(['q', 't', 'f', '']);
});

describe('why S3 does not take them', () => {
  const [OURS_ARN, THEIRS_ARN] = [OWN, THEIRS].map(destinationOf) as [string, string];
  const planned = (others: Configuration[]): Plan => ({ next: {}, ours: [OWN], others, isSame: false });
  const words = 'S3 does not take the notifications of jobs (InvalidArgument: bad)';
  const error = (more: object = {}) => Object.assign(new Error('bad'), { name: 'InvalidArgument', ...more });

  test('each destination that it names is told, with why', () => {
    const named = { ArgumentName1: 'x', ArgumentValue1: 'gone', ArgumentName2: 'x' };
    const values = { ArgumentName1: `${THEIRS_ARN}, null`, ArgumentValue1: 'gone', ArgumentName2: OURS_ARN };
    expect(refusal(error(named), 'jobs', planned([]))).toBe(words);
    expect(refusal(error(values), 'jobs', planned([THEIRS]))).toBe(
      `${words}: the notification theirs, which is not the stack's, goes to ${THEIRS_ARN}: gone; ` +
        `the stack's own goes to ${OURS_ARN}; mend or remove that and deploy again`,
    );
    expect(refusal(error({ ArgumentName: OURS_ARN, ArgumentValue: 'denied' }), 'jobs', planned([]))).toContain(
      `the stack's own goes to ${OURS_ARN}: denied; mend`,
    );
    for (const other of ['XArgumentName1', 'ArgumentName1x', 'ArgumentNameX']) {
      expect(refusal(error({ [other]: THEIRS_ARN }), 'jobs', planned([]))).toBe(words);
    }
    expect(refusal(error({ ArgumentName1: `see ${THEIRS_ARN}` }), 'jobs', planned([]))).toBe(words);
  });

  test('where it names none, those of others that cover the same keys are', () => {
    const elsewhere = { ...queue('else', filter('out/', '.zip')), Id: 'else' };
    expect(refusal(error(), 'jobs', planned([elsewhere, THEIRS]))).toBe(
      `${words}: the notification theirs, which is not the stack's, goes to ${THEIRS_ARN} and covers the same keys; ` +
        'mend or remove that and deploy again',
    );
    expect(refusal(error({ ArgumentName1: OURS_ARN }), 'jobs', planned([THEIRS]))).not.toContain('same keys');
  });
});

describe('a request of CloudFormation', () => {
  const properties = (BucketName: string, NotificationConfiguration: object = {}) => ({
    BucketName,
    NotificationConfiguration,
  });
  const event = { RequestType: 'Update', StackId: STACK, ResourceProperties: properties('jobs', { a: 1 }) };

  test('names the bucket, and that of before when it was another', () => {
    expect(parseRequest(event)).toEqual({
      type: 'Update',
      bucket: 'jobs',
      bucketBefore: undefined,
      stackId: STACK,
      wanted: { a: 1 },
      before: {},
    });
    const before = (name: string) => parseRequest({ ...event, OldResourceProperties: properties(name, { b: 2 }) });
    expect(before('jobs')).toMatchObject({ bucketBefore: undefined, before: { b: 2 } });
    expect(before('other')).toMatchObject({ bucketBefore: 'other', before: { b: 2 } });
  });

  test.each([
    [{ ...event, RequestType: 'Replace' }, 'RequestType'],
    [{ ...event, StackId: undefined }, 'StackId'],
    [{ ...event, ResourceProperties: { BucketName: 'jobs' } }, 'ResourceProperties.NotificationConfiguration'],
    [{ ...event, OldResourceProperties: { NotificationConfiguration: {} } }, 'OldResourceProperties.BucketName'],
  ])('%j is not in order', (other, where) => {
    expect(() => parseRequest(other)).toThrow(`the request to lambda/notifications is not in order: ${where}: `);
  });
});

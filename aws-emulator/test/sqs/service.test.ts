import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  type Message,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { startWorld, type World } from './fixture';

let world: World;
let QueueUrl: string;
beforeEach(async () => {
  world = await startWorld();
  QueueUrl = world.url('jobs');
});
afterEach(() => world.close());

const send = (MessageBody: string, more: object = {}) =>
  world.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }));
const receive = async (more: Partial<ReceiveMessageCommandInput> = {}): Promise<Message[]> => {
  const input = { QueueUrl, MessageSystemAttributeNames: ['All' as const], ...more };
  return (await world.sqs.send(new ReceiveMessageCommand(input))).Messages ?? [];
};
const remove = (message?: Message) =>
  world.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }));
/** The next receive that reaches the queue, and what it will answer. */
const nextReceive = () =>
  new Promise<{ answer: Promise<unknown> }>((resolve) => {
    const queue = world.queues.named('jobs');
    const answerOf = queue.receive.bind(queue);
    jest.spyOn(queue, 'receive').mockImplementationOnce((options) => {
      const answer = answerOf(options);
      resolve({ answer });
      return answer;
    });
  });
const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'no error',
    (error: Error) => error.name,
  );

test('attributes that a service gave a message come to whoever asks for them', async () => {
  world.queues.named('jobs').send('x', { attributes: { ERROR_CODE: 'AccessDenied' } });
  const [message] = await receive({ MessageAttributeNames: ['All'], VisibilityTimeout: 0 });
  expect(message?.MessageAttributes).toEqual({ ERROR_CODE: { DataType: 'String', StringValue: 'AccessDenied' } });
  expect((await receive())[0]?.MessageAttributes).toBeUndefined();
});

test('a message is received with its attributes, hidden, and gone once deleted', async () => {
  const sent = await send('hällo');
  const [message] = await receive();
  expect(message).toMatchObject({
    MessageId: sent.MessageId,
    Body: 'hällo',
    Attributes: { ApproximateReceiveCount: '1', SentTimestamp: expect.stringMatching(/^\d{13}$/) },
  });
  expect(await receive()).toEqual([]);
  await remove(message);
  world.pass(31);
  expect(await receive()).toEqual([]);
});

test('a message that is not deleted comes back after its visibility timeout, counted, with its first receipt void', async () => {
  await send('x');
  const [first] = await receive({ VisibilityTimeout: 5 });
  world.pass(5);
  const [second] = await receive();
  expect(second?.Attributes?.ApproximateReceiveCount).toBe('2');
  await remove(first);
  expect(world.queues.named('jobs').counts()).toMatchObject({ inFlight: 1 });
  await remove(second);
  expect(world.queues.named('jobs').counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
});

test('a changed visibility hides a message for longer, or not at all', async () => {
  await send('x');
  const change = (message: Message | undefined, VisibilityTimeout: number) =>
    world.sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout }),
    );
  const [first] = await receive();
  await change(first, 900);
  world.pass(899);
  expect(await receive()).toEqual([]);
  await change(first, 0);
  expect(await receive()).toHaveLength(1);
  expect(await codeOf(change(first, 10))).toBe('MessageNotInflight');
  expect(await codeOf(change({ ReceiptHandle: 'nonsense' }, 10))).toBe('ReceiptHandleIsInvalid');
});

test('a long poll waits for a message, and only as long as it was told', async () => {
  const begun = nextReceive();
  const waiting = receive({ WaitTimeSeconds: 20 });
  await begun;
  await send('late');
  expect((await waiting)[0]?.Body).toBe('late');
  const start = Date.now();
  expect(await receive({ WaitTimeSeconds: 1 })).toEqual([]);
  expect(Date.now() - start).toBeGreaterThanOrEqual(950);
});

test('a client that hangs up during a long poll takes no message with it', async () => {
  const abort = new AbortController();
  const begun = nextReceive();
  const call = world.sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }), {
    abortSignal: abort.signal,
  });
  const { answer } = await begun;
  abort.abort();
  await expect(call).rejects.toThrow();
  expect(await answer).toEqual([]);
  await send('x');
  expect(await receive()).toHaveLength(1);
});

test('a delayed message is seen after its delay', async () => {
  await send('x', { DelaySeconds: 60 });
  expect(await receive()).toEqual([]);
  world.pass(60);
  expect(await receive()).toHaveLength(1);
});

test('after maxReceiveCount receives a message goes to the dead-letter queue, with its id and its sending time', async () => {
  const { MessageId } = await send('poison');
  const [first] = await receive();
  world.pass(31);
  await receive();
  world.pass(31);
  expect(await receive()).toEqual([]);
  const [dead] = await receive({ QueueUrl: world.url('dead') });
  expect(dead).toMatchObject({
    MessageId,
    Body: 'poison',
    Attributes: {
      SentTimestamp: first?.Attributes?.SentTimestamp,
      ApproximateReceiveCount: '1',
      DeadLetterQueueSourceArn: world.queues.named('jobs').arn,
    },
  });
});

test('messages expire after the retention period', async () => {
  await send('x');
  world.pass(4 * 86_400);
  expect(await receive()).toEqual([]);
});

test('queues are found by name and described', async () => {
  await send('x');
  expect((await world.sqs.send(new GetQueueUrlCommand({ QueueName: 'jobs' }))).QueueUrl).toBe(QueueUrl);
  const described = await world.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  expect(described.Attributes).toMatchObject({
    ApproximateNumberOfMessages: '1',
    VisibilityTimeout: '30',
    QueueArn: 'arn:aws:sqs:us-east-1:000000000000:jobs',
    RedrivePolicy: '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead","maxReceiveCount":2}',
  });
});

test('errors are those of SQS', async () => {
  const missing = world.sqs.send(new GetQueueUrlCommand({ QueueName: 'none' }));
  await expect(missing).rejects.toMatchObject({ name: 'QueueDoesNotExist', $metadata: { httpStatusCode: 400 } });
  expect(await codeOf(send('\u0001'))).toBe('InvalidMessageContents');
  expect(await codeOf(send('x'.repeat(1_048_577)))).toBe('InvalidParameterValue');
  const MessageAttributes = { n: { DataType: 'Number', StringValue: '1' } };
  expect(await codeOf(send('x', { MessageAttributes }))).toBe('UnsupportedOperation');
  expect(await codeOf(receive({ MaxNumberOfMessages: 11 }))).toBe('InvalidParameterValue');
  const unknown = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['Nonsense' as never] });
  expect(await codeOf(world.sqs.send(unknown))).toBe('InvalidAttributeName');
});

test('queues are listed by prefix, and purged', async () => {
  await send('x');
  await world.sqs.send(new PurgeQueueCommand({ QueueUrl }));

  expect(world.queues.named('jobs').counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  expect((await world.sqs.send(new ListQueuesCommand({}))).QueueUrls).toEqual([world.url('dead'), QueueUrl]);
  expect((await world.sqs.send(new ListQueuesCommand({ QueueNamePrefix: 'j' }))).QueueUrls).toEqual([QueueUrl]);
});

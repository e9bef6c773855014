import { type Answer, aSigner, send } from '../http/helpers';
import { KEY, startWorld, type World } from './fixture';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

/** As clients from before November 2023 call SQS: the AWS CLI 2.9, boto3 1.26. */
async function ask(parameters: Record<string, string>): Promise<Answer> {
  const { host, hostname, pathname: path } = new URL(parameters.QueueUrl ?? world.endpoint.url);
  const body = new URLSearchParams({ Version: '2012-11-05', ...parameters }).toString();
  const headers = { host, 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
  const request = { protocol: 'http:', hostname, method: 'POST', path, query: {}, headers, body };
  const signed = await aSigner('sqs', KEY).sign(request);
  return send(world.endpoint.url, { method: 'POST', path, headers: signed.headers, body });
}

test('older clients send, receive, look at attributes and delete', async () => {
  const QueueUrl = world.url('jobs');
  const sent = await ask({ Action: 'SendMessage', QueueUrl, MessageBody: 'a & b' });
  const received = await ask({ Action: 'ReceiveMessage', QueueUrl, 'AttributeName.1': 'ApproximateReceiveCount' });
  const [, ReceiptHandle = ''] = /<ReceiptHandle>(.*?)<\/ReceiptHandle>/.exec(received.body) ?? [];
  const attributes = await ask({
    Action: 'GetQueueAttributes',
    QueueUrl,
    'AttributeName.1': 'ApproximateNumberOfMessagesNotVisible',
    'AttributeName.2': 'QueueArn',
  });
  const deleted = await ask({ Action: 'DeleteMessage', QueueUrl, ReceiptHandle });

  expect(sent.body).toMatch(/<SendMessageResponse xmlns="[^"]+"><SendMessageResult>.*<MessageId>/);
  expect(received.body).toContain('<Body>a &amp; b</Body>');
  expect(received.body).toContain('<Attribute><Name>ApproximateReceiveCount</Name><Value>1</Value></Attribute>');
  expect(attributes.body).toContain(
    '<Attribute><Name>ApproximateNumberOfMessagesNotVisible</Name><Value>1</Value></Attribute>',
  );
  expect(deleted).toMatchObject({ status: 200, body: expect.stringContaining('<DeleteMessageResponse') });
  expect(world.queues.named('jobs').counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
});

test('older clients find queues, and read the error for one that is not there', async () => {
  const listed = await ask({ Action: 'ListQueues' });
  const missing = await ask({ Action: 'GetQueueUrl', QueueName: 'nowhere' });
  const absent = await ask({ Action: 'CreateQueue', QueueName: 'new' });

  expect(listed.body).toContain(`<QueueUrl>${world.url('jobs')}</QueueUrl>`);
  expect(missing).toMatchObject({
    status: 400,
    body: expect.stringContaining('<Code>AWS.SimpleQueueService.NonExistentQueue</Code>'),
  });
  expect(absent.body).toContain('<Message>CreateQueue of sqs is not implemented here</Message>');
});

import type { IncomingMessage } from 'node:http';
import { SNSClient } from '@aws-sdk/client-sns';
import { ConfiguredRetryStrategy } from '@smithy/core/retry';
import { type Endpoint, startEndpoint } from 'aws-emulator/http/server';
import { type Notice, SnsService } from 'aws-emulator/sns/service';
import { notifier } from '../../../lambda/shared/notify';

const TOPIC = 'arn:aws:sns:eu-west-1:000000000000:notices';
const KEY = { AWS_ACCESS_KEY_ID: 'AKIALOCALTEST', AWS_SECRET_ACCESS_KEY: 'local-secret' };

let endpoint: Endpoint;
const notices: Notice[] = [];
/** Answers before SNS does, in order. */
let refusals: number[] = [];
let calls = 0;

beforeAll(async () => {
  const sns = new SnsService((notice) => notices.push(notice));
  endpoint = await startEndpoint({
    services: [
      {
        name: 'sns',
        protocol: sns.protocol,
        async handle(request) {
          calls += 1;
          const status = refusals.shift();
          if (status === undefined) return sns.handle(request);
          await drain(request.req);
          request.res.writeHead(status).end('<Code>Asked</Code>');
        },
      },
    ],
    keys: { secretFor: (id) => (id === KEY.AWS_ACCESS_KEY_ID ? KEY.AWS_SECRET_ACCESS_KEY : undefined) },
  });
});
afterAll(() => endpoint.close());
beforeEach(() => {
  notices.length = 0;
  refusals = [];
  calls = 0;
});

/** A client as the functions have it, except that it does not wait between its tries. */
const client = (secretAccessKey = KEY.AWS_SECRET_ACCESS_KEY) =>
  new SNSClient({
    endpoint: endpoint.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: KEY.AWS_ACCESS_KEY_ID, secretAccessKey },
    retryStrategy: new ConfiguredRetryStrategy(4, 1),
  });

test('a message arrives as it was', async () => {
  await notifier(client(), TOPIC)('job failed', 'Job ü/a+b & c: 100 %\nsecond line');
  expect(notices).toEqual([{ topicArn: TOPIC, subject: 'job failed', message: 'Job ü/a+b & c: 100 %\nsecond line' }]);
});

test('a subject that SNS would refuse is made fit', async () => {
  await notifier(client(), TOPIC)(`ü\n${'x'.repeat(200)}`, 'm');
  expect(notices[0]?.subject).toBe(`??${'x'.repeat(98)}`);
});

test('a passing fault is tried again, and one that trying again cannot help rejects', async () => {
  refusals = [503, 500];
  await notifier(client(), TOPIC)('s', 'm');
  expect([notices.length, calls]).toEqual([1, 3]);
  await expect(notifier(client('wrong'), TOPIC)('s', 'm')).rejects.toThrow(/signature/i);
  expect(notices).toHaveLength(1);
});

async function drain(request: IncomingMessage): Promise<void> {
  for await (const _piece of request);
}

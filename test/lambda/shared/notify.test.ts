import type { IncomingMessage } from 'node:http';
import { notifier } from '../../../lambda/shared/notify';
import { type Endpoint, startEndpoint } from '../../../local/http/server';
import { type Notice, SnsService } from '../../../local/sns/service';

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

const notify = (environment: Record<string, string> = KEY) =>
  notifier(TOPIC, { AWS_ENDPOINT_URL: endpoint.url, ...environment });

async function drain(request: IncomingMessage): Promise<void> {
  for await (const _piece of request);
}

test('a message arrives as it was, with a signature that is accepted', async () => {
  await notify()('job failed', 'Job ü/a+b & c: 100 %\nsecond line');
  expect(notices).toEqual([{ topicArn: TOPIC, subject: 'job failed', message: 'Job ü/a+b & c: 100 %\nsecond line' }]);
});

test('a subject that SNS would refuse is made fit', async () => {
  await notify()(`ü\n${'x'.repeat(200)}`, 'm');
  expect(notices[0]?.subject).toBe(`??${'x'.repeat(98)}`);
});

test('a passing fault is tried again', async () => {
  refusals = [503, 500];
  await notify()('s', 'm');
  expect(notices).toHaveLength(1);
  expect(calls).toBe(3);
});

test('a fault that lasts, or that trying again cannot help, rejects with what SNS said', async () => {
  refusals = [503, 503, 503];
  await expect(notify()('s', 'm')).rejects.toThrow('SNS did not take the message: 503 Asked');
  calls = 0;
  await expect(notify({ ...KEY, AWS_SECRET_ACCESS_KEY: 'wrong' })('s', 'm')).rejects.toThrow(
    /SNS did not take the message: 403/,
  );
  refusals = [400];
  await expect(notify()('s', 'm')).rejects.toThrow('400 Asked');
  expect(calls).toBe(1);
  expect(notices).toEqual([]);
});

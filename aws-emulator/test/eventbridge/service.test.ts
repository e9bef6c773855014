import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { DeliveredEvent } from '../../eventbridge/delivered-event';
import { EventBridgeService } from '../../eventbridge/service';
import type { Endpoint } from '../../http/server';
import { anEndpoint, KEY } from '../http/helpers';

let endpoint: Endpoint;
let client: EventBridgeClient;
let delivered: DeliveredEvent[];

beforeEach(async () => {
  delivered = [];
  const onEvent = (event: DeliveredEvent) => void delivered.push(event);
  endpoint = await anEndpoint([new EventBridgeService({ region: 'us-east-1', accountId: '000000000000', onEvent })]);
  client = new EventBridgeClient({ region: 'us-east-1', endpoint: endpoint.url, credentials: KEY, maxAttempts: 1 });
});
afterEach(async () => {
  client.destroy();
  await endpoint.close();
});

const put = (...Entries: PutEventsRequestEntry[]) => client.send(new PutEventsCommand({ Entries }));
const ENTRY = { Source: 'shop', DetailType: 'Order Placed', Detail: '{"order":7}' };

test('an event is delivered as the target of a rule gets it', async () => {
  const time = new Date('2026-11-24T12:00:00.500Z');
  const answer = await put({ ...ENTRY, Time: time, Resources: ['arn:aws:s3:::orders'] });
  expect(answer).toMatchObject({ FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) }] });
  expect(delivered).toEqual([
    {
      version: '0',
      id: answer.Entries?.[0]?.EventId,
      'detail-type': 'Order Placed',
      source: 'shop',
      account: '000000000000',
      time: '2026-11-24T12:00:00Z',
      region: 'us-east-1',
      resources: ['arn:aws:s3:::orders'],
      detail: { order: 7 },
    },
  ]);
});

test.each<[string, PutEventsRequestEntry]>([
  ['InvalidArgument', { ...ENTRY, Source: undefined }],
  ['InvalidArgument', { ...ENTRY, DetailType: '' }],
  ['MalformedDetail', { ...ENTRY, Detail: '{"order":' }],
  ['MalformedDetail', { ...ENTRY, Detail: '[]' }],
  ['NotAuthorizedForSourceException', { ...ENTRY, Source: 'aws.s3' }],
  ['ResourceNotFoundException', { ...ENTRY, EventBusName: 'orders' }],
])('%s is of one entry, and the others are delivered', async (ErrorCode, entry) => {
  expect(await put(entry, ENTRY)).toMatchObject({
    FailedEntryCount: 1,
    Entries: [{ ErrorCode }, { EventId: expect.any(String) }],
  });
  expect(delivered).toHaveLength(1);
});

test('more than ten events, or more than EventBridge takes, are refused as a whole', async () => {
  await expect(put(...Array(11).fill(ENTRY))).rejects.toMatchObject({ name: 'ValidationException' });
  const large = { ...ENTRY, Detail: JSON.stringify({ text: 'x'.repeat(256 * 1024) }) };
  await expect(put(large)).rejects.toMatchObject({ name: 'ValidationException' });
  expect(delivered).toEqual([]);
});

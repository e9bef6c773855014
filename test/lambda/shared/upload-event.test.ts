import { formatDelivery, parseDelivery } from '../../../lambda/shared/upload-event';

const JOB = { bucket: 'jobs', key: 'app_runner/input/a b.zip', versionId: 'v1', sequencer: '0A', attempt: 1 };
const record = (change: (record: { [name: string]: unknown; s3: { [name: string]: object } }) => void) => {
  const parsed = JSON.parse(formatDelivery(JOB));
  change(parsed.Records[0]);
  return JSON.stringify(parsed);
};
const ignored = (text: string) => {
  const delivery = parseDelivery(text);
  return delivery.kind === 'uploads' ? delivery.ignoredRecords : delivery;
};

test('a delivery is what S3 would have sent', () => {
  expect(JSON.parse(formatDelivery({ ...JOB, submitted: '2026-11-24T03:00:00.000Z', attempt: 2 }))).toEqual({
    Records: [
      {
        eventVersion: '2.4',
        eventSource: 'aws:s3',
        eventName: 'ObjectCreated:Put',
        eventTime: '2026-11-24T03:00:00.000Z',
        s3: {
          s3SchemaVersion: '1.0',
          bucket: { name: 'jobs' },
          object: { key: 'app_runner/input/a+b.zip', versionId: 'v1', sequencer: '0A' },
        },
        lambdaEc2: { attempt: 2 },
      },
    ],
  });
});

test('a delivery of a first attempt says no more than S3 does', () => {
  expect(JSON.parse(formatDelivery(JOB)).Records[0]).not.toHaveProperty('lambdaEc2');
});

test('what S3 sends to try the queue is no upload, and what is no event of S3 is malformed', () => {
  expect(parseDelivery('{"Event":"s3:TestEvent","Bucket":"jobs"}')).toEqual({ kind: 'test' });
  expect(parseDelivery('no JSON')).toEqual({ kind: 'malformed', message: 'the message is not JSON' });
  for (const text of ['{}', '[]', 'null', '{"Records":1}', '{"Event":"s3:Other"}']) {
    expect(parseDelivery(text)).toEqual({
      kind: 'malformed',
      message: 'the message is no S3 event: it has no Records',
    });
  }
});

test.each<[string, string, RegExp]>([
  [
    'the removal of an object',
    record((one) => {
      one.eventName = 'ObjectRemoved:Delete';
    }),
    /^ObjectRemoved:Delete is no upload$/,
  ],
  [
    'a key with half an escape',
    record((one) => {
      one.s3.object = { key: 'a%E4' };
    }),
    /^the key "a%E4" is not URL-encoded text$/,
  ],
  [
    'no key',
    record((one) => {
      one.s3.object = { key: '' };
    }),
    /\(s3\.object\.key: /,
  ],
  [
    'no bucket',
    record((one) => {
      one.s3.bucket = { name: '' };
    }),
    /\(s3\.bucket\.name: /,
  ],
  [
    'attempt 0',
    record((one) => {
      one.lambdaEc2 = { attempt: 0 };
    }),
    /\(lambdaEc2\.attempt: /,
  ],
  [
    'attempt 100',
    record((one) => {
      one.lambdaEc2 = { attempt: 100 };
    }),
    /\(lambdaEc2\.attempt: /,
  ],
  [
    'half an attempt',
    record((one) => {
      one.lambdaEc2 = { attempt: 1.5 };
    }),
    /\(lambdaEc2\.attempt: /,
  ],
  ['a text', '{"Records":["x"]}', /^a record is no S3 event record \(record: /],
])('a record with %s is ignored, and it is said why', (_what, text, why) => {
  expect(ignored(text)).toEqual([expect.stringMatching(why)]);
});

test('every record of a message counts, whatever the others are', () => {
  const [good] = JSON.parse(formatDelivery(JOB)).Records;
  const bare = {
    eventName: 'ObjectCreated:Copy',
    s3: { bucket: { name: 'jobs' }, object: { key: 'k', versionId: null, sequencer: null } },
  };
  expect(parseDelivery(JSON.stringify({ Records: [good, 'x', bare] }))).toEqual({
    kind: 'uploads',
    uploads: [
      { ...JOB, submitted: undefined },
      { bucket: 'jobs', key: 'k', versionId: '', sequencer: '', attempt: 1, submitted: undefined },
    ],
    ignoredRecords: [expect.any(String)],
  });
});

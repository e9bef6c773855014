import fc from 'fast-check';
import { formatJobLine, JOB_LINE_PREFIX, type JobRun, parseJobLine } from '../../contract/job-line';
import { clientToken, jobToken } from '../../contract/token';

const job: JobRun = { bucket: 'my-bucket', key: 'app_runner/input/may.zip', versionId: '', sequencer: '', attempt: 1 };

test('a job line holds the key percent-encoded by segment and leaves out what is empty or the first attempt', () => {
  expect(formatJobLine(job)).toBe('lambda-ec2-job: s3://my-bucket/app_runner/input/may.zip\n');
  expect(formatJobLine({ ...job, key: "a b/ü+(1)!*'.zip", versionId: 'v/1', sequencer: '0055AE', attempt: 2 })).toBe(
    'lambda-ec2-job: s3://my-bucket/a%20b/%C3%BC%2B%281%29%21%2A%27.zip?versionId=v%2F1&sequencer=0055AE&attempt=2\n',
  );
});

test('every job line is one harmless line that reads back as the job', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 });
  fc.assert(
    fc.property(
      text,
      text,
      fc.string({ maxLength: 20 }),
      fc.integer({ min: 1, max: 99 }),
      (key, versionId, sequencer, attempt) => {
        const one = { bucket: 'my-bucket', key, versionId, sequencer, attempt };
        const line = formatJobLine(one);
        expect(line.startsWith(JOB_LINE_PREFIX)).toBe(true);
        expect(line).toMatch(/^[\x21-\x7e]+ [\x21-\x7e]+\n$/);
        expect(parseJobLine(line)).toEqual(one);
      },
    ),
  );
});

test('user data that is no job line is none, whatever it looks like', () => {
  const line = formatJobLine(job);
  for (const text of [
    '',
    '#!/bin/bash\n',
    line.slice(1),
    ` ${line}`,
    line.replace('may', 'm%ZZ'),
    line.replace('may', 'm%FF'),
    line.replace('may', 'ü'),
    line.replace('\n', '?versionId\n'),
    line.replace('\n', '?attempt=0\n'),
  ]) {
    expect(parseJobLine(text)).toBeUndefined();
  }
});

test('only the first line counts, as on the instance', () => {
  const line = formatJobLine(job);
  for (const rest of ['', '\n', `\n${line}`, '?', '?\nmore', '?&']) {
    expect(parseJobLine(line.trimEnd() + rest)).toEqual(job);
  }
});

test('a client token is 64 characters and differs for each version, attempt and candidate', () => {
  const tokens = [
    clientToken(job, 0),
    clientToken(job, 1),
    clientToken({ ...job, attempt: 2 }, 0),
    clientToken({ ...job, versionId: 'v1' }, 0),
    clientToken({ ...job, sequencer: 'v2' }, 0),
    jobToken(job),
  ];
  expect(new Set(tokens).size).toBe(tokens.length);
  for (const token of tokens) expect(token).toMatch(/^[0-9a-f]{64}$/);
});

test('with a version id the sequencer is no part of the token, so a record without one makes the same', () => {
  const version = { ...job, versionId: 'v1' };
  expect(clientToken({ ...version, sequencer: '00' }, 0)).toBe(clientToken(version, 0));
});

test.each([
  ['a bucket of two characters', 's3://ab/app_runner/input/may.zip'],
  ['a bucket of 64 characters', `s3://${'a'.repeat(64)}/may.zip`],
  ['a bucket that ends in a dash', 's3://a-/may.zip'],
  ['a bucket with capitals', 's3://My-bucket/may.zip'],
  ['no key', 's3://my-bucket/'],
  ['a key with a fragment', 's3://my-bucket/may.zip#x'],
  ['a parameter without a value', 's3://my-bucket/may.zip?versionId'],
  ['a parameter without a name', 's3://my-bucket/may.zip?=1'],
  ['a parameter with a space', 's3://my-bucket/may.zip?versionId=a b'],
  ['a broken parameter', 's3://my-bucket/may.zip?versionId=%Z'],
  ['an attempt in words', 's3://my-bucket/may.zip?attempt=two'],
  ['attempt 10000', 's3://my-bucket/may.zip?attempt=10000'],
  ['no attempt', 's3://my-bucket/may.zip?attempt='],
  ['attempt 01', 's3://my-bucket/may.zip?attempt=01'],
])('a line with %s is no job line', (_what, location) => {
  expect(parseJobLine(`lambda-ec2-job: ${location}`)).toBeUndefined();
});

test('a line may have no more than a location, and each parameter by itself', () => {
  const bare = { bucket: 'b-1', key: 'k', versionId: '', sequencer: '', attempt: 1 };
  expect(parseJobLine('lambda-ec2-job: s3://b-1/k')).toEqual(bare);
  expect(parseJobLine('lambda-ec2-job: s3://b-1/k?attempt=9999')).toEqual({ ...bare, attempt: 9999 });
  expect(parseJobLine('lambda-ec2-job: s3://b-1/k?&sequencer=0A')).toEqual({ ...bare, sequencer: '0A' });
  expect(parseJobLine('lambda-ec2-job: s3://b-1/k?other=x')).toEqual(bare);
});

import { S3Client } from '@aws-sdk/client-s3';
import { standingOf } from '../../../lambda/guard/standing';
import { withSend } from '../with-send';
import { memoryBucket } from './memory-bucket';
import { JOB, KEYS, status } from './stub-guard';

const UNVERSIONED = { ...JOB, versionId: '' };
const older = status('FAILED', { input_sequencer: '08' });

/** A bucket with these versions of the status, newest last. */
function bucketWith(...versions: (object | string)[]) {
  const bucket = memoryBucket(Date.now);
  for (const one of versions) bucket.put(KEYS.status, typeof one === 'string' ? one : JSON.stringify(one));
  return bucket;
}

test.each([
  ['this run', status('RUNNING')],
  ['a newer one', status('RUNNING', { attempt: 2 })],
])('beside a status of %s no earlier version is asked for', async (_, present) => {
  const { s3, asked } = bucketWith(older, 'no status', present);
  expect(await standingOf(s3, JOB, 'may')).toMatchObject({ claim: present.attempt === 1 ? 'made' : 'never' });
  expect(asked.map(([name]) => name)).toEqual(['GetObject']);
});

test('in a bucket without versions none is asked for beside a status of an older run', async () => {
  const { s3, asked } = bucketWith(older);
  expect(await standingOf(s3, UNVERSIONED, 'may')).toEqual({ claim: 'unknown', order: -1, status: undefined });
  expect(asked).toHaveLength(1);
});

test('a status that cannot be read counts as such also when S3 lists no version of it', async () => {
  const { s3 } = bucketWith('no status');
  const unlisted = withSend(S3Client, (command: object) =>
    command.constructor.name === 'ListObjectVersionsCommand' ? {} : s3.send(command as never),
  );
  expect(await standingOf(unlisted, JOB, 'may')).toEqual({ claim: 'unreadable', order: -1, status: undefined });
});

test('where S3 lists no version nothing more is read', async () => {
  const asked: string[] = [];
  const { s3 } = bucketWith();
  const unlisted = withSend(S3Client, (command: object) => {
    asked.push(command.constructor.name);
    return command.constructor.name === 'ListObjectVersionsCommand' ? {} : s3.send(command as never);
  });
  expect(await standingOf(unlisted, JOB, 'may')).toEqual({ claim: 'never', order: -1, status: undefined });
  expect(asked).toEqual(['GetObjectCommand', 'ListObjectVersionsCommand']);
});

test('versions of keys that begin with that of the status are none of it', async () => {
  const bucket = bucketWith();
  bucket.put(`${KEYS.status}.bak`, JSON.stringify(status('RUNNING')));
  expect(await standingOf(bucket.s3, JOB, 'may')).toEqual({ claim: 'never', order: -1, status: undefined });
});

test('the records of older runs alone tell nothing of this one', async () => {
  const { s3 } = bucketWith({ ...older, input_sequencer: '07' }, older);
  expect(await standingOf(s3, JOB, 'may')).toEqual({ claim: 'never', order: -1, status: undefined });
});

test('garbage on top of older records, all taken away, may have been of this run', async () => {
  const bucket = bucketWith({ ...older, input_sequencer: '07' }, older, 'no status');
  bucket.remove(KEYS.status);
  expect(await standingOf(bucket.s3, JOB, 'may')).toMatchObject({ claim: 'unreadable', status: undefined });
});

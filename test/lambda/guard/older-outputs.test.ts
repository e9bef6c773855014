import { S3Client } from '@aws-sdk/client-s3';
import { removeOlderOutputs } from '../../../lambda/guard/older-outputs';
import { withSend } from '../with-send';
import { s3Error } from './memory-bucket';
import { instanceOf, JOB, KEYS, stubGuard } from './stub-guard';

const RUN = { ...instanceOf(), job: JOB, begun: null };

test('an output of which S3 tells neither the writer nor the time stays', async () => {
  const { deps } = stubGuard();
  const asked: string[] = [];
  deps.s3 = withSend(S3Client, async (command: object) => {
    asked.push(command.constructor.name);
    return { ETag: 'e' };
  });
  await removeOlderOutputs(deps, 'jobs', 'may', RUN);
  expect(asked).toEqual(['HeadObjectCommand', 'HeadObjectCommand']);
});

test('what S3 denies of the one output does not keep the other', async () => {
  const { deps, bucket, events } = stubGuard();
  for (const key of [KEYS.output, KEYS.appLog]) bucket.put(key, 'old', { metadata: { 'instance-id': 'i-0' } });
  bucket.refusals.set(`DeleteObject ${KEYS.output}`, s3Error('AccessDenied', 403));
  await removeOlderOutputs(deps, 'jobs', 'may', RUN);
  expect([bucket.text(KEYS.output), bucket.text(KEYS.appLog)]).toEqual(['old', undefined]);
  const error = { name: 'AccessDenied', message: 'AccessDenied in words', code: undefined };
  expect(events).toEqual([['warn older_output.kept', { key: KEYS.output, error }]]);
});

import { randomBytes } from 'node:crypto';
import { HeadObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { BucketRules } from 'aws-emulator/s3/bucket-rules';
import { INDEX_PREFIX } from '../../contract/job-index';
import { inputKey, outputKeys } from '../../contract/keys';
import type { Settings } from '../../contract/settings';
import { BUCKET } from '../../local/account';
import { LocalJob, resultText, useLocalMachine, WRITE_OUTPUT } from './local-job';

// Buckets as companies have them, in which nobody may write as S3 lets everybody write elsewhere.

const KEY = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const SSE = 's3:x-amz-server-side-encryption';
const MIB = 1024 * 1024;

/** Denies each upload that does not say this. */
const demand = (conditions: object[]) =>
  JSON.stringify({
    Statement: conditions.map((Condition) => ({
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:PutObject',
      Resource: `arn:aws:s3:::${BUCKET}/*`,
      Condition,
    })),
  });

const CASES: { title: string; settings: Partial<Settings>; rules: BucketRules; encryption: object }[] = [
  {
    title: 'a policy that demands AES256',
    settings: { bucket: 'theirs', bucket_encryption: 'AES256', kms_key_arn: KEY },
    rules: { policy: demand([{ Null: { [SSE]: 'true' } }, { StringNotEquals: { [SSE]: 'AES256' } }]) },
    encryption: { ServerSideEncryption: 'AES256' },
  },
  {
    title: 'a policy that demands aws:kms, a default key, Object Lock, and Requester Pays',
    settings: { bucket: 'theirs', kms_key_arn: KEY, bucket_request_payer: true },
    rules: {
      policy: demand([
        { StringNotEquals: { [SSE]: 'aws:kms' } },
        { StringNotEquals: { [`${SSE}-aws-kms-key-id`]: KEY } },
      ]),
      encryption: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KEY },
      retention: { Mode: 'COMPLIANCE', Days: 1 },
      requesterPays: true,
    },
    encryption: { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KEY },
  },
  {
    title: 'a policy that demands aws:kms, without a key of the settings',
    settings: { bucket: 'theirs', bucket_encryption: 'aws:kms' },
    rules: { policy: demand([{ StringNotEquals: { [SSE]: 'aws:kms' } }]) },
    encryption: { ServerSideEncryption: 'aws:kms' },
  },
];

describe.each(CASES)('$title', ({ settings, rules, encryption }) => {
  const machine = useLocalMachine(settings, rules);
  let job: LocalJob;
  beforeAll(() => {
    job = new LocalJob(machine());
  });
  afterAll(() => job.close());
  const encryptionOf = (Key: string) => machine().s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key }));

  test('a job has its input, logs, output, record and entry of the index, small and large ones', async () => {
    job.commit({
      'main.py': `${WRITE_OUTPUT}
import os
open('app.log', 'w').write('said ' + str(os.path.getsize('input.zip')))
write_output('done')
open('output.zip', 'r+b').close()
with zipfile.ZipFile('output.zip', 'a') as archive:
    archive.writestr('data', os.urandom(${9 * MIB}))
`,
    });
    await job.configure(settings);
    // A body that the runner leaves to the AWS CLI, as it does the output.
    const input = Buffer.concat([Buffer.from('PK\u0003\u0004'), randomBytes(9 * MIB)]);
    const { status, appLog, output } = await job.run('may', input);
    expect(status).toMatchObject({ state: 'SUCCEEDED' });
    expect(appLog).toBe(`said ${input.length}`);
    expect(resultText(output)).toBe('done');
    await machine().finished();
    const keys = outputKeys('may');
    for (const key of [inputKey('may'), keys.output, keys.ec2Log, keys.appLog, keys.status]) {
      expect(await encryptionOf(key)).toMatchObject(encryption);
    }
    const index = await machine().s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: INDEX_PREFIX }));
    expect(index.Contents).toHaveLength(1);
    expect(await encryptionOf(index.Contents?.[0]?.Key ?? '')).toMatchObject(encryption);
  });

  test('a job that cannot start has the record of a function', async () => {
    await job.configure(settings);
    const { status } = await job.run('never', undefined, inputKey('never', '99'));
    expect(status).toMatchObject({ state: 'FAILED', reason: 'LAUNCH_REFUSED' });
    expect(await encryptionOf(outputKeys('never').status)).toMatchObject(encryption);
  });
});

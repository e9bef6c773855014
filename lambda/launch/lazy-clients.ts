import type { LaunchEnv } from '../../contract/function-env';
import { jobBucketClient } from '../shared/job-bucket-client';
import type { LaunchDependencies } from './handler';

type BucketEnv = Pick<LaunchEnv, 'bucketEncryption' | 'bucketRequestPayer'>;

/**
 * What only the unhappy paths need. The imports are dynamic, so that a cold start on the normal path loads the EC2
 * client and nothing else. They are CommonJS in the bundle; the extension is what TypeScript asks of dynamic imports.
 */
async function loadS3(env: BucketEnv) {
  const [{ S3Client }, record, { launchLock }] = await Promise.all([
    import('./late-clients.js'),
    import('../shared/record.js'),
    import('./lock.js'),
  ]);
  const made = new S3Client({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
  });
  const client = jobBucketClient(made, env);
  return { client, record, lock: launchLock(client) };
}

const sqs = once(async () => {
  const { SQSClient, ChangeMessageVisibilityCommand } = await import('./late-clients.js');
  return { client: new SQSClient({ maxAttempts: 3 }), ChangeMessageVisibilityCommand };
});

/**
 * Reading and writing of status objects, and the lock of launches under `max_running`, with a client that is made at the
 * first use.
 */
export function jobBucket(env: BucketEnv): Pick<LaunchDependencies, 'readStatus' | 'writeRecord' | 'lock'> {
  const s3 = once(() => loadS3(env));
  return {
    async readStatus(bucket, jobId) {
      const { client, record } = await s3();
      return record.readStatus(client, bucket, jobId);
    },
    async writeRecord(jobRecord) {
      const { client, record } = await s3();
      return record.writeRecord(client, jobRecord);
    },
    lock: {
      take: async (bucket) => (await s3()).lock.take(bucket),
      release: async (bucket) => (await s3()).lock.release(bucket),
    },
  };
}

/** Hides received messages of one queue, with a client that is made at the first use. */
export function postponer(queueUrl: string): LaunchDependencies['postpone'] {
  return async (ReceiptHandle, VisibilityTimeout) => {
    const { client, ChangeMessageVisibilityCommand } = await sqs();
    await client.send(new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle, VisibilityTimeout }));
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

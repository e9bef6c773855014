import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AccessKeys } from './access-keys';
import { startEndpoint } from './http/server';
import { S3Service } from './s3/service';
import { Queues } from './sqs/queues';
import { SqsService } from './sqs/service';

/** A bucket whose uploads are told to a queue, as clients of AWS see it. */
async function main(): Promise<void> {
  const dir = mkdtempSync(path.join(tmpdir(), 'aws-emulator-'));
  const keys = new AccessKeys();
  const queues = new Queues({ queues: [{ name: 'uploads' }] });
  const queue = queues.named('uploads');
  const s3 = new S3Service({
    dir,
    region: 'us-east-1',
    onEvent: (record) => void queue.send(JSON.stringify({ Records: [record] })),
  });
  s3.createBucket('inbox', { versioned: true });
  const endpoint = await startEndpoint({ services: [s3, new SqsService(queues)], keys });

  const { accessKeyId, secretAccessKey } = keys;
  const config = { endpoint: endpoint.url, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey } };
  const [uploads, messages] = [new S3Client(config), new SQSClient(config)];
  await uploads.send(new PutObjectCommand({ Bucket: 'inbox', Key: 'a.txt', Body: 'hello' }));
  const QueueUrl = queues.urlOf(queue, endpoint.url);
  const { Messages } = await messages.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
  console.log(JSON.parse(Messages?.[0]?.Body ?? '').Records[0].s3.object.key);

  uploads.destroy();
  messages.destroy();
  await endpoint.close();
  rmSync(dir, { recursive: true });
}

void main();

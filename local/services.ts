import { EventEmitter } from 'node:events';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { AccessKeys } from 'aws-emulator/access-keys';
import type { InstanceStateChange } from 'aws-emulator/ec2/events';
import type { InstanceHost } from 'aws-emulator/ec2/host';
import { Ec2Service } from 'aws-emulator/ec2/service';
import type { DeliveredEvent } from 'aws-emulator/eventbridge/delivered-event';
import { EventBridgeService } from 'aws-emulator/eventbridge/service';
import { type Endpoint, startEndpoint } from 'aws-emulator/http/server';
import { Pipeline } from 'aws-emulator/imagebuilder/pipeline';
import { ImageBuilderService } from 'aws-emulator/imagebuilder/service';
import type { BucketRules } from 'aws-emulator/s3/bucket-rules';
import { isReported, type S3EventRecord } from 'aws-emulator/s3/events';
import { S3Service } from 'aws-emulator/s3/service';
import { SecretsManagerService } from 'aws-emulator/secretsmanager/service';
import { SnsService } from 'aws-emulator/sns/service';
import { Queues } from 'aws-emulator/sqs/queues';
import { SqsService } from 'aws-emulator/sqs/service';
import { SsmService } from 'aws-emulator/ssm/service';
import { StsService } from 'aws-emulator/sts/service';
import { INPUT_PREFIX, INPUT_SUFFIX, OUTPUT_PREFIX, STATUS_SUFFIX } from '../contract/keys';
import { decodeEventKey } from '../lambda/shared/upload-event';
import { ACCOUNT, BUCKET, DEAD_LETTER_QUEUE, JOB_QUEUE } from './account';
import { fullDisk, isDiskFull } from './full-disk';
import { ignoredUpload } from './ignored-upload';

interface ServicesOptions {
  stateDir: string;
  keys: AccessKeys;
  /** Runs the instances. */
  host: InstanceHost;
  /** Of the image pipeline's images. */
  imageName: string;
  /** Of the endpoint; any free one when absent. */
  port?: number;
  /** How the job bucket is set up, beside its versions; as a new one when absent. */
  bucketRules?: BucketRules;
  onLine: (line: string) => void;
}

/** The AWS services of this machine, behind one endpoint. */
export interface LocalServices {
  s3: S3Service;
  ec2: Ec2Service;
  queues: Queues;
  pipeline: Pipeline;
  endpoint: Endpoint;
  keys: AccessKeys;
  /**
   * What EventBridge and the bucket's notifications tell of: an input that was uploaded, a status that was written, an
   * instance's new state, and what the functions put themselves.
   */
  events: EventEmitter<{
    upload: [S3EventRecord];
    status: [S3EventRecord];
    instance: [InstanceStateChange];
    event: [DeliveredEvent];
  }>;
}

/** Starts the services, with the job bucket and the queues of the stack. */
export async function startServices(options: ServicesOptions): Promise<LocalServices> {
  const { stateDir, keys, host, imageName, port, bucketRules, onLine } = options;
  const events: LocalServices['events'] = new EventEmitter();
  const ec2 = new Ec2Service({
    ...ACCOUNT,
    host,
    quota: quota(),
    onStateChange: (event) => void events.emit('instance', event),
  });
  const s3 = new S3Service({
    dir: path.join(stateDir, 's3'),
    region: ACCOUNT.region,
    onEvent: (record) => {
      const { key } = record.s3.object;
      if (isReported(key, { prefix: INPUT_PREFIX, suffix: INPUT_SUFFIX })) events.emit('upload', record);
      if (isReported(key, { prefix: OUTPUT_PREFIX, suffix: STATUS_SUFFIX })) events.emit('status', record);
      const ignored = ignoredUpload(decodeEventKey(key));
      if (ignored) onLine(ignored);
    },
  });
  await s3.createBucket(BUCKET, { versioned: true, ...bucketRules });
  const queues = new Queues({
    ...ACCOUNT,
    queues: [
      { name: DEAD_LETTER_QUEUE },
      { name: JOB_QUEUE, redrive: { deadLetterQueue: DEAD_LETTER_QUEUE, maxReceiveCount: 1000 } },
    ],
  });
  const pipeline = new Pipeline({ ...ACCOUNT, imageName });
  const topic = new SnsService(({ subject, message }) => onLine(`notice: ${subject}: ${message.split('\n')[0]}`));
  const eventBridge = new EventBridgeService({ ...ACCOUNT, onEvent: (event) => void events.emit('event', event) });
  const others = [eventBridge, new SecretsManagerService(ACCOUNT), new SsmService(ACCOUNT), new StsService(ACCOUNT)];
  const services = [s3, ec2, new SqsService(queues), topic, new ImageBuilderService(pipeline), ...others];
  const endpoint = await startEndpoint({
    services,
    keys,
    port,
    onDefect: (error) => onLine(isDiskFull(error, stateDir) ? fullDisk(path.dirname(stateDir)) : String(error)),
  });
  return { s3, ec2, queues, pipeline, endpoint, keys, events };
}

/**
 * One instance a core: more at once would only slow each other down, and run into their timeouts. At least two, because
 * a run that hangs must not keep its successor from taking over.
 */
function quota() {
  const instances = Math.max(2, availableParallelism());
  return { instances, message: `this machine runs ${instances} instances at one time, as its cores allow` };
}

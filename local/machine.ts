import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { EC2Client } from '@aws-sdk/client-ec2';
import { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { AccessKeys } from 'aws-emulator/access-keys';
import { Ec2Service } from 'aws-emulator/ec2/service';
import { type Endpoint, startEndpoint } from 'aws-emulator/http/server';
import { Pipeline } from 'aws-emulator/imagebuilder/pipeline';
import { ImageBuilderService } from 'aws-emulator/imagebuilder/service';
import { S3Service } from 'aws-emulator/s3/service';
import { SecretsManagerService } from 'aws-emulator/secretsmanager/service';
import { SnsService } from 'aws-emulator/sns/service';
import { Queues } from 'aws-emulator/sqs/queues';
import { SqsService } from 'aws-emulator/sqs/service';
import { SsmService } from 'aws-emulator/ssm/service';
import { INPUT_PREFIX, INPUT_SUFFIX } from '../contract/keys';
import type { Settings } from '../contract/settings';
import { type GuardFunction, startGuardFunction } from './guard-function';
import { type Instances, prepareInstances } from './instances';
import { FunctionFailures } from './lambda/failures';
import { DEAD_LETTER_QUEUE, JOB_QUEUE, type LaunchFunction, startLaunchFunction } from './launch-function';
import { installTemplate } from './launch-template';
import { type PublishFunction, startPublishFunction } from './publish-function';

export const REGION = 'us-east-1';
export const ACCOUNT_ID = '000000000000';
const BUCKET = 'lambda-ec2-jobs';
const TOPIC_ARN = `arn:aws:sns:${REGION}:${ACCOUNT_ID}:lambda-ec2`;

export interface LocalMachineOptions {
  settings: Settings;
  /** Of the endpoint; any free one when absent. */
  port?: number;
  /** Keeps the state folder for a person to look at. */
  keep?: boolean;
  /** Receives what happens, a line each. */
  onLine?: (line: string) => void;
}

/**
 * The whole system on this machine: the services behind one endpoint, the deployed Lambda bundle behind the queue, the
 * launch template of the stack's synthesis, and instances that run the very files of the AMI.
 *
 * Everything lives in one folder below the temporary folder and in child processes; {@link close} removes both.
 */
export class LocalMachine {
  private constructor(
    readonly settings: Settings,
    readonly stateDir: string,
    readonly keys: AccessKeys,
    readonly endpoint: Endpoint,
    readonly services: { s3: S3Service; ec2: Ec2Service; queues: Queues },
    readonly templateId: string,
    private readonly instances: Instances,
    private readonly launch: LaunchFunction,
    readonly guard: GuardFunction,
    readonly publish: PublishFunction,
    private readonly failures: FunctionFailures,
    private readonly keep: boolean,
  ) {}

  /** How often each event is reported: S3 promises at least once, which a test takes at its word. */
  repeatEvents = 1;
  /** Name of the job bucket. */
  readonly bucket = BUCKET;

  static async start(options: LocalMachineOptions): Promise<LocalMachine> {
    const { onLine = () => {} } = options;
    const stateDir = mkdtempSync(path.join(tmpdir(), 'lambda-ec2-'));
    const closers: (() => Promise<void> | void)[] = [
      () => {
        if (!options.keep) rmSync(stateDir, { recursive: true, force: true, maxRetries: 5 });
      },
    ];
    try {
      return await LocalMachine.#assemble(options, stateDir, onLine, closers);
    } catch (error) {
      for (const close of closers.reverse()) await close();
      throw error;
    }
  }

  static async #assemble(
    { settings, port, keep = false }: LocalMachineOptions,
    stateDir: string,
    onLine: (line: string) => void,
    closers: (() => Promise<void> | void)[],
  ): Promise<LocalMachine> {
    const keys = new AccessKeys();
    let endpoint: Endpoint | undefined;
    let guard: GuardFunction | undefined;
    const instances = await prepareInstances({
      stateDir,
      keys,
      pythonVersion: settings.python_version,
      endpointUrl: () => endpoint?.url ?? '',
      onEnded: (id, reason) => ec2.instanceEnded(id, reason),
      tagsOf: (id) => ec2.tagsOf(id),
      keep,
    });
    closers.push(() => instances.close());
    const ec2 = new Ec2Service({
      region: REGION,
      accountId: ACCOUNT_ID,
      host: instances.host,
      onStateChange: (event) => {
        onLine(`instance ${event.detail['instance-id']} ${event.detail.state}`);
        guard?.stateChanged(event);
      },
    });
    const queues = new Queues({
      region: REGION,
      accountId: ACCOUNT_ID,
      queues: [
        { name: DEAD_LETTER_QUEUE },
        { name: JOB_QUEUE, redrive: { deadLetterQueue: DEAD_LETTER_QUEUE, maxReceiveCount: 1000 } },
      ],
    });
    const s3 = new S3Service({
      dir: path.join(stateDir, 's3'),
      region: REGION,
      notification: { prefix: INPUT_PREFIX, suffix: INPUT_SUFFIX },
      onEvent: (record) => {
        onLine(`upload ${record.s3.object.key}`);
        for (let times = machine.repeatEvents; times > 0; times--) launch.notify(record);
      },
    });
    await s3.createBucket(BUCKET, { versioned: true });
    const topic = new SnsService(({ subject, message }) => onLine(`notice: ${subject}: ${message.split('\n')[0]}`));
    const account = { region: REGION, accountId: ACCOUNT_ID };
    const pipeline = new Pipeline({ ...account, imageName: settings.name });
    endpoint = await startEndpoint({
      services: [
        s3,
        ec2,
        new SqsService(queues),
        topic,
        new ImageBuilderService(pipeline),
        new SecretsManagerService(account),
        new SsmService(account),
      ],
      keys,
      port,
      onDefect: (error) => onLine(String(error)),
    });
    closers.push(() => endpoint?.close());
    const { name, architecture } = settings;
    const imageId = ec2.addImage({ name: `${name}-local`, rootDir: instances.imageDir, architecture });
    const environment = environmentOf(endpoint, keys);
    const ec2Client = new EC2Client(clientOptions(endpoint, keys));
    const templateId = await installTemplate(ec2Client, settings, imageId);
    const failures = new FunctionFailures(onLine);
    const common = { dir: stateDir, environment, templateId, settings, onLine, failures };
    const queued = { queues, endpointUrl: endpoint.url };
    const launch = startLaunchFunction({ ...common, ...queued, subnetIds: ec2.subnets.map(({ id }) => id) });
    const hasInstances = () => instances.host.running > 0;
    guard = startGuardFunction({ ...common, ...queued, bucket: BUCKET, topicArn: TOPIC_ARN, hasInstances });
    const services = { ec2, pipeline };
    const publish = startPublishFunction({ ...common, services, ec2: ec2Client, topicArn: TOPIC_ARN });
    const machine = new LocalMachine(
      settings,
      stateDir,
      keys,
      endpoint,
      { s3, ec2, queues },
      templateId,
      instances,
      launch,
      guard,
      publish,
      failures,
      keep,
    );
    return machine;
  }

  /** What makes the AWS CLI and every SDK talk to this machine. */
  get environment(): Record<string, string> {
    return environmentOf(this.endpoint, this.keys);
  }

  /** How the instances differ from an AMI's, as far as a person should know: one sentence each. */
  get notes(): string[] {
    return this.instances.notes;
  }

  /** Aborted, with a UserError, when a function does not do its work: a job may never end then. */
  get failed(): AbortSignal {
    return this.failures.signal;
  }

  /** A client of the local S3; closed with the machine. */
  get s3(): S3Client {
    this.#s3 ??= new S3Client({ ...clientOptions(this.endpoint, this.keys), maxAttempts: 10 });
    return this.#s3;
  }
  #s3?: S3Client;

  /** A client of the local EC2. */
  get ec2(): EC2Client {
    this.#ec2 ??= new EC2Client(clientOptions(this.endpoint, this.keys));
    return this.#ec2;
  }
  #ec2?: EC2Client;

  /** Uploads a file of any size as a user would. Returns the version id of the new object. */
  async upload(key: string, file: string): Promise<string> {
    const params = { Bucket: this.bucket, Key: key, Body: createReadStream(file) };
    const done = await new Upload({ client: this.s3, params }).done();
    return done.VersionId ?? '';
  }

  /** Settles when no instance is left running: a job's record is final a moment before its instance is gone. */
  async idle(signal?: AbortSignal): Promise<void> {
    while (this.instances.host.running > 0) await pause(50, undefined, { signal });
    await this.services.ec2.idle();
  }

  /** Settles when no upload is waiting in the queue, no instance is left, and the guard has looked after them all. */
  async settled(): Promise<void> {
    const queue = this.services.queues.named(JOB_QUEUE);
    const busy = () => this.guard.busy || Object.values(queue.counts()).some((count) => count > 0);
    do {
      await this.idle();
      // The state change of an instance that has just ended is told a moment later.
      await pause(50);
    } while (busy() || this.instances.host.running > 0);
  }

  /** How many messages were given up. */
  get deadLetters(): number {
    return this.services.queues.named(DEAD_LETTER_QUEUE).counts().visible;
  }

  /** Ends everything that was started; nothing of it is left. */
  async close(): Promise<void> {
    await Promise.all([this.launch.close(), this.publish.close()]);
    await this.instances.close();
    await this.services.ec2.idle();
    await this.guard.close();
    this.#s3?.destroy();
    this.#ec2?.destroy();
    await this.endpoint.close();
    if (!this.keep) rmSync(this.stateDir, { recursive: true, force: true, maxRetries: 5 });
  }
}

function clientOptions(endpoint: Endpoint, keys: AccessKeys) {
  const { accessKeyId, secretAccessKey } = keys;
  return { endpoint: endpoint.url, region: REGION, credentials: { accessKeyId, secretAccessKey } };
}

function environmentOf(endpoint: Endpoint, keys: AccessKeys): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint.url,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
  };
}

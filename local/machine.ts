import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { EC2Client } from '@aws-sdk/client-ec2';
import { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { AccessKeys } from 'aws-emulator/access-keys';
import type { Settings } from '../contract/settings';
import { type LocalFunctions, startFunctions } from './functions';
import { type Instances, prepareInstances } from './instances';
import { installTemplate } from './launch-template';
import {
  BUCKET,
  clientEnvironment,
  clientOptions,
  DEAD_LETTER_QUEUE,
  JOB_QUEUE,
  type LocalServices,
  startServices,
} from './services';

export interface LocalMachineOptions {
  settings: Settings;
  /** Of the endpoint; any free one when absent. */
  port?: number;
  /** Keeps the state folder for a person to look at. */
  keep?: boolean;
  /** Receives what happens, a line each. */
  onLine?: (line: string) => void;
  /** Gives the start up. */
  signal?: AbortSignal;
}

/** The ends of what was started, in the order of the starts. */
type Closers = (() => unknown)[];

interface MachineParts {
  stateDir: string;
  templateId: string;
  instances: Instances;
  services: LocalServices;
  functions: LocalFunctions;
  /** Clients of the services. */
  s3: S3Client;
  ec2: EC2Client;
  warnings: string[];
}

/**
 * The whole system on this machine: the services behind one endpoint, the deployed Lambda bundles behind the queues and
 * events, the launch template of the stack's synthesis, and instances that run the very files of the AMI.
 *
 * Everything lives in one folder below the temporary folder and in child processes; {@link close} removes both.
 */
export class LocalMachine {
  /** Name of the job bucket. */
  readonly bucket = BUCKET;
  readonly stateDir: string;
  readonly templateId: string;
  readonly services: LocalServices;
  readonly functions: LocalFunctions;
  /** Clients of the local services; closed with the machine. */
  readonly s3: S3Client;
  readonly ec2: EC2Client;
  /** How the instances differ from an AMI's, as far as a person should know: one sentence each. */
  readonly warnings: string[];
  private readonly instances: Instances;

  private constructor(
    parts: MachineParts,
    private readonly closers: Closers,
  ) {
    this.stateDir = parts.stateDir;
    this.templateId = parts.templateId;
    this.services = parts.services;
    this.functions = parts.functions;
    this.s3 = parts.s3;
    this.ec2 = parts.ec2;
    this.instances = parts.instances;
    this.warnings = parts.warnings;
  }

  /**
   * Starts a machine. Throws a UserError for what this machine lacks, the system's error when the port is taken, and what
   * `signal` aborts with.
   */
  static async start(options: LocalMachineOptions): Promise<LocalMachine> {
    const stateDir = mkdtempSync(path.join(tmpdir(), 'lambda-ec2-'));
    const removeFiles = () => rmSync(stateDir, { recursive: true, force: true, maxRetries: 5 });
    const closers: Closers = options.keep ? [] : [removeFiles];
    try {
      return new LocalMachine(await startParts(options, stateDir, closers), closers);
    } catch (error) {
      await closeAll(closers);
      throw error;
    }
  }

  /** What makes the AWS CLI and every SDK talk to this machine. */
  get environment(): Record<string, string> {
    return clientEnvironment(this.services);
  }

  /** Aborted, with a UserError, when a function does not do its work: a job may never end then. */
  get failed(): AbortSignal {
    return this.functions.failures.signal;
  }

  /** Uploads a file of any size as a user would. Returns the version id of the new object. */
  async upload(key: string, file: string): Promise<string> {
    const params = { Bucket: this.bucket, Key: key, Body: createReadStream(file) };
    const done = await new Upload({ client: this.s3, params }).done();
    return done.VersionId ?? '';
  }

  /** Resolves when no instance is left running: a job's record is final a moment before its instance is gone. */
  async idle(signal?: AbortSignal): Promise<void> {
    while (this.instances.host.running > 0) await pause(50, undefined, { signal });
    await this.services.ec2.idle();
  }

  /**
   * Resolves when no upload is waiting in the queue, no instance is left, the guard has handled the end of each, and the
   * index has followed.
   */
  async finished(): Promise<void> {
    const queue = this.services.queues.named(JOB_QUEUE);
    const { guard, metrics } = this.functions;
    const busy = () => guard.busy || metrics.busy || Object.values(queue.counts()).some((count) => count > 0);
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
  close(): Promise<void> {
    return closeAll(this.closers);
  }
}

async function startParts(
  { settings, port, keep = false, onLine = () => {}, signal }: LocalMachineOptions,
  stateDir: string,
  closers: Closers,
): Promise<MachineParts> {
  const { name, architecture, python_version: pythonVersion } = settings;
  const keys = new AccessKeys();
  const instances = prepareInstances({ stateDir, keys, pythonVersion, keep });
  closers.push(() => instances.close());
  const { host } = instances;
  const services = await startServices({ stateDir, keys, host, imageName: name, port, onLine });
  closers.push(() => services.endpoint.close());
  instances.connect(services.endpoint.url, services.ec2);
  services.events.on('upload', (record) => onLine(`upload ${record.s3.object.key}`));
  services.events.on('instance', ({ detail }) => onLine(`instance ${detail['instance-id']} ${detail.state}`));
  const s3 = new S3Client({ ...clientOptions(services), maxAttempts: 10 });
  const ec2 = new EC2Client(clientOptions(services));
  closers.push(() => [s3, ec2].map((client) => client.destroy()));
  const imageId = services.ec2.addImage({ name: `${name}-local`, rootDir: instances.imageDir, architecture });
  signal?.throwIfAborted();
  const templateId = await installTemplate(ec2, settings, imageId);
  const hasInstances = () => host.running > 0;
  const functions = startFunctions({ settings, services, ec2, templateId, dir: stateDir, hasInstances, onLine });
  const { launch, guard, publish, metrics } = functions;
  // No new instance, then no instance, and last whoever handles the ends of instances and what is written about them.
  closers.push(async () => {
    await Promise.all([launch.close(), publish.close()]);
    await instances.close();
    await services.ec2.idle();
    await Promise.all([guard.close(), metrics.close()]);
  });
  const warnings = await instances.prepared;
  signal?.throwIfAborted();
  return { stateDir, templateId, instances, services, functions, s3, ec2, warnings };
}

async function closeAll(closers: Closers): Promise<void> {
  for (const close of [...closers].reverse()) await close();
}

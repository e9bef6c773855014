import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { S3Client } from '@aws-sdk/client-s3';
import { AccessKeys } from 'aws-emulator/access-keys';
import { BUCKET, clientEnvironment, DEAD_LETTER_QUEUE, JOB_QUEUE } from './account';
import type { LocalFunctions } from './functions';
import { type Instances, prepareInstances } from './instances';
import type { Closers, LocalMachineOptions, MachineParts } from './machine-parts';
import type { LocalServices } from './services';

/**
 * The whole system on this machine: the services behind one endpoint, the deployed Lambda bundles behind the queues and
 * events, the launch template of the stack's synthesis, and instances that run the very files of the AMI.
 *
 * Everything lives in one folder below the temporary folder and in child processes; {@link close} removes both.
 */
export class LocalMachine {
  /** Name of the job bucket. */
  readonly bucket = BUCKET;
  readonly templateId: string;
  readonly services: LocalServices;
  readonly functions: LocalFunctions;
  /** Clients of the local services; closed with the machine. */
  readonly s3: S3Client;
  readonly ec2: EC2Client;

  private constructor(
    readonly stateDir: string,
    /** How the instances differ from an AMI's, as far as a person should know: one sentence each. */
    readonly warnings: string[],
    private readonly instances: Instances,
    { templateId, services, functions, s3, ec2 }: MachineParts,
    private readonly closers: Closers,
  ) {
    this.templateId = templateId;
    this.services = services;
    this.functions = functions;
    this.s3 = s3;
    this.ec2 = ec2;
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
      const { settings, keep = false, signal } = options;
      const keys = new AccessKeys();
      const instances = prepareInstances({ stateDir, keys, pythonVersion: settings.python_version, keep });
      closers.push(() => instances.close());
      // Loaded while other programs prepare the image: the AWS SDK and the CDK take as long as those.
      const { startParts } = await import('./machine-parts');
      const parts = await startParts({ ...options, stateDir, keys, instances }, closers);
      const warnings = [...(await instances.prepared), ...notInstalled(settings)];
      signal?.throwIfAborted();
      return new LocalMachine(stateDir, warnings, instances, parts, closers);
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
    const { Upload } = await import('@aws-sdk/lib-storage');
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

function notInstalled({ system_packages: names }: LocalMachineOptions['settings']): string[] {
  if (names.length === 0) return [];
  return [`system_packages are not installed here (${names.join(', ')}): the app finds what this machine has`];
}

async function closeAll(closers: Closers): Promise<void> {
  for (const close of [...closers].reverse()) await close();
}

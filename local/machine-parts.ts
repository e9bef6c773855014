import { EC2Client } from '@aws-sdk/client-ec2';
import { S3Client } from '@aws-sdk/client-s3';
import type { AccessKeys } from 'aws-emulator/access-keys';
import type { DeliveredEvent } from 'aws-emulator/eventbridge/delivered-event';
import type { BucketRules } from 'aws-emulator/s3/bucket-rules';
import { bucketDemands } from '../contract/bucket-demands';
import type { JobEnded } from '../contract/job-ended';
import type { Settings } from '../contract/settings';
import { withDemands } from '../lambda/shared/job-bucket-client';
import { roleOptions } from './account';
import { type LocalFunctions, startFunctions } from './functions';
import type { Instances } from './instances';
import { installTemplate } from './launch-template';
import { type LocalServices, startServices } from './services';

export interface LocalMachineOptions {
  settings: Settings;
  /** Of the endpoint; any free one when absent. */
  port?: number;
  /** How the job bucket is set up, beside its versions; as a new one when absent. */
  bucketRules?: BucketRules;
  /** Keeps the state folder for a person to look at. */
  keep?: boolean;
  /** Receives what happens, a line each. */
  onLine?: (line: string) => void;
  /** Gives the start up. */
  signal?: AbortSignal;
}

/** The ends of what was started, in the order of the starts. */
export type Closers = (() => unknown)[];

/** What a machine is made of besides its instances. */
export interface MachineParts {
  templateId: string;
  services: LocalServices;
  functions: LocalFunctions;
  /** Clients of the services. */
  s3: S3Client;
  ec2: EC2Client;
}

interface PartsOptions extends LocalMachineOptions {
  stateDir: string;
  keys: AccessKeys;
  /** They are being prepared. */
  instances: Instances;
}

/** Starts the services around the instances, and the functions behind them. Each end goes to `closers`. */
export async function startParts(
  { settings, port, bucketRules, onLine = () => {}, signal, stateDir, keys, instances }: PartsOptions,
  closers: Closers,
): Promise<MachineParts> {
  const { name, architecture } = settings;
  const { host } = instances;
  const services = await startServices({ stateDir, keys, host, imageName: name, port, bucketRules, onLine });
  closers.push(() => services.endpoint.close());
  instances.connect(services.endpoint.url, services.ec2);
  services.events.on('upload', (record) => onLine(`upload ${record.s3.object.key}`));
  services.events.on('instance', ({ detail }) => onLine(`instance ${detail['instance-id']} ${detail.state}`));
  services.events.on('event', (event) => onLine(describeEvent(event)));
  const own = roleOptions(services, 'machine');
  const s3 = withDemands(new S3Client({ ...own, maxAttempts: 10 }), bucketDemands(settings));
  const ec2 = new EC2Client(own);
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
  return { templateId, services, functions, s3, ec2 };
}

/** `event Job Ended may SUCCEEDED`: what a rule on EventBridge could act upon. */
function describeEvent({ 'detail-type': type, detail }: DeliveredEvent): string {
  const { job_id: jobId, state } = detail as Partial<JobEnded>;
  return ['event', type, jobId, state].filter(Boolean).join(' ');
}

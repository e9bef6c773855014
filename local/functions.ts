import type { EC2Client } from '@aws-sdk/client-ec2';
import type { Settings } from '../contract/settings';
import { type GuardFunction, startGuardFunction } from './guard-function';
import { FunctionFailures } from './lambda/failures';
import { type LaunchFunction, startLaunchFunction } from './launch-function';
import { type PublishFunction, startPublishFunction } from './publish-function';
import { BUCKET, clientEnvironment, type LocalServices, TOPIC_ARN } from './services';

interface FunctionsOptions {
  settings: Settings;
  services: LocalServices;
  /** For what Image Builder does after a bake. */
  ec2: EC2Client;
  templateId: string;
  /** Folder for the bundles. */
  dir: string;
  /** Whether the guard's schedule has anything to look after. */
  hasInstances: () => boolean;
  onLine: (line: string) => void;
}

/** The deployed Lambda functions, each behind what calls it in AWS. */
export interface LocalFunctions {
  launch: LaunchFunction;
  guard: GuardFunction;
  publish: PublishFunction;
  failures: FunctionFailures;
}

/** Starts the functions and gives them the events of the services. */
export function startFunctions(options: FunctionsOptions): LocalFunctions {
  const { settings, services, ec2, templateId, dir, hasInstances, onLine } = options;
  const failures = new FunctionFailures(onLine);
  const common = { dir, environment: clientEnvironment(services), templateId, settings, onLine, failures };
  const queued = { queues: services.queues, endpointUrl: services.endpoint.url };
  const subnetIds = services.ec2.subnets.map(({ id }) => id);
  const launch = startLaunchFunction({ ...common, ...queued, subnetIds });
  const guard = startGuardFunction({ ...common, ...queued, bucket: BUCKET, topicArn: TOPIC_ARN, hasInstances });
  const publish = startPublishFunction({ ...common, services, ec2, topicArn: TOPIC_ARN });
  services.events.on('upload', (record) => launch.notify(record));
  services.events.on('instance', (event) => guard.stateChanged(event));
  return { launch, guard, publish, failures };
}

import type { EC2Client } from '@aws-sdk/client-ec2';
import { type GuardFunction, startGuardFunction } from './guard-function';
import type { Deployment } from './lambda/deploy-function';
import { FunctionFailures } from './lambda/failures';
import { type LaunchFunction, startLaunchFunction } from './launch-function';
import { type MetricsFunction, startMetricsFunction } from './metrics-function';
import { type PublishFunction, startPublishFunction } from './publish-function';

interface FunctionsOptions extends Omit<Deployment, 'failures'> {
  /** For what Image Builder does after a bake. */
  ec2: EC2Client;
  /** Whether the guard's schedule has anything to look after. */
  hasInstances: () => boolean;
}

/** The deployed Lambda functions, each behind what calls it in AWS. */
export interface LocalFunctions {
  launch: LaunchFunction;
  guard: GuardFunction;
  publish: PublishFunction;
  metrics: MetricsFunction;
  failures: FunctionFailures;
}

/** Starts the functions and gives them the events of the services. */
export function startFunctions({ ec2, hasInstances, ...options }: FunctionsOptions): LocalFunctions {
  const failures = new FunctionFailures(options.onLine);
  const deployment = { ...options, failures };
  const launch = startLaunchFunction(deployment);
  const guard = startGuardFunction(deployment, hasInstances);
  const publish = startPublishFunction(deployment, ec2);
  const metrics = startMetricsFunction(deployment);
  const { events } = options.services;
  events.on('upload', (record) => launch.notify(record));
  events.on('status', (record) => metrics.statusWritten(record));
  events.on('instance', (event) => guard.stateChanged(event));
  return { launch, guard, publish, metrics, failures };
}

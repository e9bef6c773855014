import type { S3EventRecord } from 'aws-emulator/s3/events';
import { bucketDemands, demandVariables } from '../contract/bucket-demands';
import { BUCKET } from './account';
import { AsyncInvocation } from './lambda/async-invocation';
import type { Deployment } from './lambda/deploy-function';
import { FunctionFailures } from './lambda/failures';

/** The deployed metrics function behind the notification of the job bucket: here for the index that it keeps and its events. */
export interface MetricsFunction {
  /** Tells it of a status that was written, as S3 does. */
  statusWritten(record: S3EventRecord): void;
  /** Whether it still has an event to handle. */
  busy: boolean;
  close(): Promise<void>;
}

/** Connects lambda/metrics with the statuses that are written. Its schedule has nobody here who looks at an age. */
export function startMetricsFunction(deployment: Deployment): MetricsFunction {
  const { templateId, settings, onLine } = deployment;
  const deployed = {
    name: 'metrics',
    environment: {
      TEMPLATE_ID: templateId,
      STACK_NAME: settings.name,
      BUCKET,
      ...demandVariables(bucketDemands(settings)),
      QUIET_DAYS: '0',
    },
  } as const;
  // No job waits for it, so that what it cannot do is said and ends nothing.
  const failures = new FunctionFailures(onLine);
  const metrics = new AsyncInvocation({ ...deployment, failures }, deployed, (line) => {
    if (!isMeasurement(line)) onLine(`metrics: ${line}`);
  });
  return {
    statusWritten: (record) => void metrics.send({ Records: [record] }),
    get busy() {
      return metrics.busy > 0;
    },
    close: () => metrics.close(),
  };
}

/** There is no CloudWatch here to read it. */
function isMeasurement(line: string): boolean {
  return line.startsWith('{"_aws":');
}

import {
  type aws_cloudwatch as cloudwatch,
  aws_iam as iam,
  aws_logs as logs,
  type aws_s3 as s3,
  aws_lambda_event_sources as sources,
  type aws_sqs as sqs,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { bucketDemands, demandVariables } from '../contract/bucket-demands';
import { durationSeconds } from '../contract/duration';
import { LAUNCH_LOCK_KEY } from '../contract/keys';
import type { Settings } from '../contract/settings';
import { NAMESPACE } from '../lambda/metrics/emf';
import type { LogEvent } from '../lambda/shared/log-events';
import { dataKeyStatements, volumeKeyStatements } from './encryption';
import type { FunctionCode } from './function-code';
import { JobFunction } from './job-function';
import { launchStatements } from './launch-statements';
import { receiveStatement } from './receive-statement';
import { recordStatements } from './record-statements';
import { LAUNCH_TIMEOUT } from './timeouts';

export interface LauncherProps {
  settings: Settings;
  code: FunctionCode;
  queue: sqs.IQueue;
  bucket: s3.IBucket;
  templateId: string;
  subnetIds: string[];
  runnerRole: iam.IRole;
}

/** Turns messages into instances: lambda/launch behind the job queue. */
export class Launcher extends Construct {
  readonly function: JobFunction;
  /** One for every time that a job was told to wait. */
  readonly waits: cloudwatch.Metric;

  constructor(scope: Construct, id: string, props: LauncherProps) {
    super(scope, id);
    const { settings, templateId, subnetIds, runnerRole } = props;
    this.function = new JobFunction(this, 'Launch', {
      name: 'launch',
      settings,
      code: props.code,
      description: `${settings.name}: starts one instance for each uploaded input`,
      timeout: LAUNCH_TIMEOUT,
      environment: {
        TEMPLATE_ID: templateId,
        STACK_NAME: settings.name,
        SUBNET_IDS: subnetIds.join(','),
        // The first is the template's own.
        INSTANCE_TYPES: settings.instance_types.slice(1).join(','),
        QUEUE_URL: props.queue.queueUrl,
        ...demandVariables(bucketDemands(settings)),
        LAUNCH_WAIT_SECONDS: String(durationSeconds(settings.launch_wait)),
        MAX_RUNNING: String(settings.max_running),
      },
      statements: [
        ...launchStatements(this, { templateId, subnetIds, runnerRole, spot: settings.spot }),
        receiveStatement(props.queue),
        ...recordStatements(props.bucket),
        lockStatement(props.bucket),
        ...dataKeyStatements(this, settings),
        ...volumeKeyStatements(this, settings),
      ],
    });
    this.function.lambda.addEventSource(
      new sources.SqsEventSource(props.queue, {
        // One message an invocation: a burst is spread over the concurrency, and a slow one holds up nobody.
        batchSize: 1,
        reportBatchItemFailures: true,
        // EC2 sustains 2 RunInstances calls a second with bursts of 5, for the whole account and Region. Under
        // max_running one launches after the other, so that more would only wait; SQS's least is 2.
        maxConcurrency: settings.max_running > 0 ? 2 : 5,
      }),
    );
    this.waits = new logs.MetricFilter(this, 'Waits', {
      logGroup: this.function.logGroup,
      filterPattern: logs.FilterPattern.stringValue('$.event', '=', 'wait.recorded' satisfies LogEvent),
      metricNamespace: `${NAMESPACE}/${settings.name}`,
      metricName: 'JobsWaiting',
      metricValue: '1',
    }).metric();
  }
}

/**
 * One launch at a time (lambda/launch/lock.ts). Whatever `max_running` is: the policy is deployed before the function, which
 * goes by the value of before until then, and a lock that is denied fails the job.
 */
function lockStatement(bucket: s3.IBucket): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'LockLaunches',
    actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
    resources: [bucket.arnForObjects(LAUNCH_LOCK_KEY)],
  });
}

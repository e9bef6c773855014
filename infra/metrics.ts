import {
  Duration,
  aws_events as events,
  aws_iam as iam,
  Stack,
  type aws_sqs as sqs,
  aws_events_targets as targets,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { bucketDemands, demandVariables } from '../contract/bucket-demands';
import { EVENT_SOURCE } from '../contract/job-ended';
import { INDEX_PREFIX } from '../contract/job-index';
import { OUTPUT_PREFIX, STATUS_SUFFIX } from '../contract/keys';
import type { Settings } from '../contract/settings';
import { dataKeyStatements } from './encryption';
import type { FunctionCode } from './function-code';
import type { JobBucket } from './job-bucket';
import { JobFunction } from './job-function';
import { METRICS_TIMEOUT } from './timeouts';

export interface MetricsProps {
  settings: Settings;
  code: FunctionCode;
  jobBucket: JobBucket;
  templateId: string;
  deadLetters: sqs.IQueue;
}

/**
 * Makes metrics of final statuses, and of the age of image and last success, keeps the index and tells EventBridge of what
 * ended: lambda/metrics.
 */
export class Metrics extends Construct {
  readonly function: JobFunction;

  constructor(scope: Construct, id: string, { settings, code, jobBucket, templateId, deadLetters }: MetricsProps) {
    super(scope, id);
    const { bucket } = jobBucket;
    this.function = new JobFunction(this, 'Metrics', {
      name: 'metrics',
      settings,
      code,
      description: `${settings.name}: makes metrics, the index and events of what jobs leave behind`,
      timeout: METRICS_TIMEOUT,
      failedCalls: deadLetters,
      environment: {
        TEMPLATE_ID: templateId,
        STACK_NAME: settings.name,
        BUCKET: bucket.bucketName,
        ...demandVariables(bucketDemands(settings)),
        QUIET_DAYS: String(settings.quiet_days),
      },
      statements: [
        new iam.PolicyStatement({
          sid: 'ReadStatuses',
          actions: ['s3:GetObject', 's3:GetObjectVersion'],
          resources: [bucket.arnForObjects(`${OUTPUT_PREFIX}*${STATUS_SUFFIX}`)],
        }),
        // The last success, whether a status is there, and what the index has.
        new iam.PolicyStatement({
          sid: 'ListOutputsAndIndex',
          actions: ['s3:ListBucket'],
          resources: [bucket.bucketArn],
          conditions: { StringLike: { 's3:prefix': [OUTPUT_PREFIX, INDEX_PREFIX].map((prefix) => `${prefix}*`) } },
        }),
        new iam.PolicyStatement({
          sid: 'WriteIndex',
          actions: ['s3:PutObject', 's3:DeleteObject'],
          resources: [bucket.arnForObjects(`${INDEX_PREFIX}*`)],
        }),
        // Describe actions know no resources.
        new iam.PolicyStatement({
          sid: 'SeeImage',
          actions: ['ec2:DescribeImages', 'ec2:DescribeLaunchTemplates', 'ec2:DescribeLaunchTemplateVersions'],
          resources: ['*'],
        }),
        // Nobody's events but our own: a rule goes by their source.
        new iam.PolicyStatement({
          sid: 'TellOfEnds',
          actions: ['events:PutEvents'],
          resources: [Stack.of(this).formatArn({ service: 'events', resource: 'event-bus', resourceName: 'default' })],
          // A key of several values (Service Authorization Reference, Amazon EventBridge): one of each entry.
          conditions: { 'ForAllValues:StringEquals': { 'events:source': EVENT_SOURCE } },
        }),
        ...dataKeyStatements(this, settings),
      ],
    });
    jobBucket.sendStatusesTo(this.function.lambda);
    new events.Rule(this, 'Schedule', {
      description: `${settings.name}: measures the age of image and last success`,
      schedule: events.Schedule.rate(Duration.hours(6)),
      targets: [new targets.LambdaFunction(this.function.lambda)],
    });
  }
}

import {
  Duration,
  aws_events as events,
  type aws_s3 as s3,
  type aws_sns as sns,
  aws_events_targets as targets,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { SWEEP_SECONDS } from '../contract/app-rules';
import { bucketDemands, demandVariables } from '../contract/bucket-demands';
import { outputKeys, TOMBSTONES_PREFIX } from '../contract/keys';
import { SCHEDULE_EVENT } from '../contract/schedule-event';
import type { Settings } from '../contract/settings';
import { dataKeyStatements } from './encryption';
import type { FunctionCode } from './function-code';
import { guardStatements } from './guard-statements';
import { JobFunction } from './job-function';
import type { JobQueue } from './job-queue';
import { recordStatements } from './record-statements';
import { GUARD_TIMEOUT } from './timeouts';

export interface GuardProps {
  settings: Settings;
  code: FunctionCode;
  jobQueue: JobQueue;
  bucket: s3.IBucket;
  templateId: string;
  topic: sns.ITopic;
}

/** Sees to it that no job stays without a record and no instance past its deadline: lambda/guard. */
export class Guard extends Construct {
  readonly function: JobFunction;

  constructor(scope: Construct, id: string, { settings, code, jobQueue, bucket, templateId, topic }: GuardProps) {
    super(scope, id);
    this.function = new JobFunction(this, 'Guard', {
      name: 'guard',
      settings,
      code,
      description: `${settings.name}: no job without a record, no instance past its deadline`,
      timeout: GUARD_TIMEOUT,
      environment: {
        TEMPLATE_ID: templateId,
        STACK_NAME: settings.name,
        BUCKET: bucket.bucketName,
        ...demandVariables(bucketDemands(settings)),
        QUEUE_URL: jobQueue.queue.queueUrl,
        DEAD_LETTER_QUEUE_URL: jobQueue.deadLetters.queueUrl,
        ATTEMPTS: String(settings.attempts),
        TOPIC_ARN: topic.topicArn,
      },
      statements: [
        ...guardStatements(this, {
          templateId,
          stackName: settings.name,
          tombstonesArn: bucket.arnForObjects(`${TOMBSTONES_PREFIX}*`),
          bucketArn: bucket.bucketArn,
          statusesArn: bucket.arnForObjects(outputKeys('*').status),
          queueArn: jobQueue.queue.queueArn,
          deadLettersArn: jobQueue.deadLetters.queueArn,
          topicArn: topic.topicArn,
        }),
        ...recordStatements(bucket),
        ...dataKeyStatements(this, settings),
      ],
    });
    const target = this.function.lambda;
    new events.Rule(this, 'Ended', {
      description: `${settings.name}: an instance of the account ends or has ended; the function looks whether it is one of its own`,
      eventPattern: {
        source: ['aws.ec2'],
        detailType: ['EC2 Instance State-change Notification'],
        // The event has no tags to filter on. While an instance shuts down its tags are certain to be there still. A
        // stopped instance is one that did not terminate as it should.
        detail: { state: ['shutting-down', 'terminated', 'stopped'] },
      },
      targets: [new targets.LambdaFunction(target)],
    });
    new events.Rule(this, 'Schedule', {
      description: `${settings.name}: ends instances past their deadline and takes dead letters`,
      schedule: events.Schedule.rate(Duration.seconds(SWEEP_SECONDS)),
      targets: [new targets.LambdaFunction(target, { event: events.RuleTargetInput.fromObject(SCHEDULE_EVENT) })],
    });
  }
}

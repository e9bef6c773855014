import {
  aws_cloudwatch_actions as actions,
  aws_cloudwatch as cloudwatch,
  Duration,
  aws_iam as iam,
  Stack,
  type aws_sns as sns,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { type Alarm, type AlarmedFunction, alarmName } from '../contract/alarms';
import type { Settings } from '../contract/settings';
import { NAMESPACE } from '../lambda/metrics/emf';
import type { JobFunction } from './job-function';
import type { JobQueue } from './job-queue';

/** An upload that nobody took so long is worth a look. */
const UNHANDLED_ALARM = Duration.hours(1);
/** A waiting job is tried at least every quarter of an hour on its first day (lambda/launch/waiting.ts). */
const WAITING_PERIOD = Duration.minutes(20);
const WAITING_PERIODS = 3;

export interface AlarmsProps {
  settings: Settings;
  topic: sns.Topic;
  jobQueue: JobQueue;
  functions: Record<AlarmedFunction, JobFunction>;
  /** One for every time that a job was told to wait. */
  waits: cloudwatch.Metric;
}

/**
 * What nobody else tells a person of, each alarm with a description that says where to read on. An alarm is charged by the
 * metric, so what a function can tell itself is a message of its own (lambda/shared/notify.ts).
 */
export class Alarms extends Construct {
  private readonly action: actions.SnsAction;
  private readonly stackName: string;

  constructor(scope: Construct, id: string, { settings, topic, jobQueue, functions, waits }: AlarmsProps) {
    super(scope, id);
    this.stackName = settings.name;
    this.action = new actions.SnsAction(topic);
    topic.addToResourcePolicy(alarmsMayPublish(topic));

    for (const [name, { lambda: target }] of Object.entries(functions) as [AlarmedFunction, JobFunction][]) {
      this.alarm(`${name}-errors`, `The function ${name} failed`, target.metricErrors(sum(5)), 1);
    }
    // SQS leaves out what was received three times, so this sees only what the launcher does not take at all.
    this.alarm(
      'oldest-message',
      'An upload has been in the queue for an hour without being handled',
      jobQueue.queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(5), statistic: 'Maximum' }),
      UNHANDLED_ALARM.toSeconds(),
    );
    this.alarm(
      'waiting-jobs',
      'Jobs have been waiting for an hour: for quota, capacity or the first image',
      waits.with({ period: WAITING_PERIOD, statistic: 'Sum' }),
      1,
      WAITING_PERIODS,
    );
    this.alarm('failed-jobs', 'A job failed', this.metric('JobsFailed', sum(5)), 1);
    if (settings.quiet_days > 0) {
      const quiet = `No job succeeded for ${settings.quiet_days} days`;
      this.alarm('quiet', quiet, this.metric('DaysSinceSuccess', daily), settings.quiet_days);
    }
  }

  private alarm(name: Alarm, what: string, metric: cloudwatch.IMetric, threshold: number, evaluationPeriods = 1): void {
    const alarm = new cloudwatch.Alarm(this, name, {
      alarmName: alarmName(this.stackName, name),
      alarmDescription: `${what}. What to do: docs/operating.md, alarm "${name}".`,
      metric,
      threshold,
      evaluationPeriods,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(this.action);
  }

  private metric(metricName: string, options: cloudwatch.MetricOptions): cloudwatch.Metric {
    return new cloudwatch.Metric({
      namespace: NAMESPACE,
      metricName,
      dimensionsMap: { Stack: this.stackName },
      ...options,
    });
  }
}

const daily: cloudwatch.MetricOptions = { period: Duration.days(1), statistic: 'Maximum' };

function sum(minutes: number): cloudwatch.MetricOptions {
  return { period: Duration.minutes(minutes), statistic: 'Sum' };
}

/** A topic with a policy of its own has lost SNS's default one, which let the account's alarms in. */
function alarmsMayPublish(topic: sns.Topic): iam.PolicyStatement {
  const stack = Stack.of(topic);
  return new iam.PolicyStatement({
    sid: 'Alarms',
    principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
    actions: ['sns:Publish'],
    resources: [topic.topicArn],
    conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
  });
}

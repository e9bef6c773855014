import { aws_iam as iam, Stack, type aws_s3 as s3, aws_scheduler as scheduler, type aws_sqs as sqs } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { bucketDemands, encryptionMembers } from '../contract/bucket-demands';
import { cronExpression } from '../contract/cron';
import { inputKey } from '../contract/keys';
import { scheduledKey } from '../contract/scheduled-job';
import type { Schedule } from '../contract/schedules';
import type { Settings } from '../contract/settings';
import { dataKeyStatements } from './encryption';

/** A run that S3 does not take for so long is given up: the guard makes its record of the dead letter. */
const RETRY_SECONDS = 3600;
/** Scheduler's most; the time decides. */
const RETRIES = 185;

export interface SchedulesProps {
  settings: Settings;
  bucket: s3.IBucket;
  /** Of the job queue: the guard sees to what lies there. */
  deadLetters: sqs.IQueue;
}

/**
 * Jobs by the clock: EventBridge Scheduler copies an object of the job bucket to a key below the input prefix, with the
 * time in it. That is an upload like every other, so that queue, launcher and records are those of all jobs
 * ("Using universal targets in EventBridge Scheduler" and "Adding context attributes", EventBridge Scheduler User Guide).
 */
export class Schedules extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: SchedulesProps,
  ) {
    super(scope, id);
    if (props.settings.schedules.length === 0) return;
    // CloudFormation invents its name: one that is being deleted is in the way of a new one of its name. The id is one
    // that no schedule can have, because each has its name as an id beside it.
    const group = new scheduler.CfnScheduleGroup(this, '_Group');
    for (const schedule of props.settings.schedules) this.add(schedule, group);
  }

  private add(schedule: Schedule, group: scheduler.CfnScheduleGroup): void {
    const { settings, deadLetters } = this.props;
    const scope = new Construct(this, schedule.name);
    new scheduler.CfnSchedule(scope, 'Schedule', {
      name: schedule.name,
      groupName: group.ref,
      description: `${settings.name}: starts the job ${schedule.name}/TIME`,
      scheduleExpression: cronExpression(schedule.cron),
      scheduleExpressionTimezone: schedule.time_zone,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: Stack.of(this).formatArn({
          service: 'scheduler',
          region: '',
          account: '',
          resource: 'aws-sdk:s3:copyObject',
        }),
        roleArn: this.role(scope, schedule, group).roleArn,
        input: Stack.of(this).toJsonString(this.copy(schedule)),
        retryPolicy: { maximumEventAgeInSeconds: RETRY_SECONDS, maximumRetryAttempts: RETRIES },
        deadLetterConfig: { arn: deadLetters.queueArn },
      },
    });
  }

  /** What CopyObject is called with. Tags are left out, which would be rights of their own to read and to write. */
  private copy({ name, input }: Schedule) {
    const { bucket, settings } = this.props;
    const { encryption, requesterPays } = bucketDemands(settings);
    return {
      Bucket: bucket.bucketName,
      CopySource: `${bucket.bucketName}/${input}`,
      Key: scheduledKey(name),
      TaggingDirective: 'REPLACE',
      ...encryptionMembers(encryption),
      RequestPayer: requesterPays ? 'requester' : undefined,
    };
  }

  /**
   * One role for each schedule, which Scheduler may take for this stack's group alone ("Confused deputy prevention in
   * EventBridge Scheduler": the ARN is that of a group).
   */
  private role(scope: Construct, { name, input }: Schedule, group: scheduler.CfnScheduleGroup): iam.Role {
    const { bucket, deadLetters, settings } = this.props;
    const role = new iam.Role(scope, 'Role', {
      description: `${settings.name}: copies the input of the schedule ${name}`,
      assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Stack.of(this).account, 'aws:SourceArn': group.attrArn },
        },
      }),
    });
    const statements = [
      new iam.PolicyStatement({
        sid: 'ReadScheduledInput',
        actions: ['s3:GetObject'],
        resources: [bucket.arnForObjects(input)],
      }),
      new iam.PolicyStatement({
        sid: 'StartScheduledJobs',
        actions: ['s3:PutObject'],
        resources: [bucket.arnForObjects(inputKey(`${name}/*`))],
      }),
      new iam.PolicyStatement({
        sid: 'TellOfMissedRuns',
        actions: ['sqs:SendMessage'],
        resources: [deadLetters.queueArn],
      }),
      ...dataKeyStatements(this, settings),
    ];
    for (const statement of statements) role.addToPrincipalPolicy(statement);
    return role;
  }
}

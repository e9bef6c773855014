import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { OUTPUT_PREFIX } from '../contract/keys';
import { STACK_TAG, TEMPLATE_ID_TAG } from '../contract/tags';

export interface GuardRights {
  templateId: string;
  stackName: string;
  /** Of all tombstones in the job bucket. */
  tombstonesArn: string;
  bucketArn: string;
  /** Of all statuses in the job bucket. */
  statusesArn: string;
  queueArn: string;
  deadLettersArn: string;
  topicArn: string;
}

/**
 * What lambda/guard does to instances: sees all, because describing knows no resources, and reads the console of
 * and ends only those of this stack's launch template.
 * Image Builder's and other stacks' instances lack one of the two tags.
 */
export function guardStatements(scope: Construct, rights: GuardRights): iam.PolicyStatement[] {
  const instances = Stack.of(scope).formatArn({ service: 'ec2', resource: 'instance', resourceName: '*' });
  const ofThisTemplate = {
    StringEquals: {
      [`ec2:ResourceTag/${STACK_TAG}`]: rights.stackName,
      [`ec2:ResourceTag/${TEMPLATE_ID_TAG}`]: rights.templateId,
    },
  };
  return [
    new iam.PolicyStatement({ sid: 'FindInstances', actions: ['ec2:DescribeInstances'], resources: ['*'] }),
    new iam.PolicyStatement({
      sid: 'ReadConsole',
      actions: ['ec2:GetConsoleOutput'],
      resources: [instances],
      conditions: ofThisTemplate,
    }),
    new iam.PolicyStatement({
      sid: 'EndInstances',
      actions: ['ec2:TerminateInstances'],
      resources: [instances],
      conditions: ofThisTemplate,
    }),
    // What it knows of an instance that shuts down, until its job has a record (lambda/guard/tombstone.ts).
    new iam.PolicyStatement({
      sid: 'KeepTombstones',
      actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
      resources: [rights.tombstonesArn],
    }),
    // What a record said before somebody wrote over it or took it away (lambda/guard/standing.ts).
    new iam.PolicyStatement({
      sid: 'ReadEarlierStatuses',
      actions: ['s3:GetObjectVersion'],
      resources: [rights.statusesArn],
    }),
    new iam.PolicyStatement({
      sid: 'FindEarlierStatuses',
      actions: ['s3:ListBucketVersions'],
      resources: [rights.bucketArn],
      conditions: { StringLike: { 's3:prefix': `${OUTPUT_PREFIX}*` } },
    }),
    new iam.PolicyStatement({ sid: 'Requeue', actions: ['sqs:SendMessage'], resources: [rights.queueArn] }),
    new iam.PolicyStatement({
      sid: 'TakeDeadLetters',
      actions: ['sqs:GetQueueAttributes', 'sqs:ReceiveMessage', 'sqs:DeleteMessage'],
      resources: [rights.deadLettersArn],
    }),
    new iam.PolicyStatement({ sid: 'Notify', actions: ['sns:Publish'], resources: [rights.topicArn] }),
  ];
}

import { EVENT_SOURCE } from '../../contract/job-ended';
import { arn, iamArn, REGION } from './account';
import type { Actor } from './calls';
import type { Deployed } from './deployed';
import { ec2Asks } from './ec2-asks';
import { s3Asks } from './s3-asks';
import { parameterAsks, secretAsks } from './secret-asks';

/** One question to IAM: an action on a resource, with what the request and the resource say of themselves. */
export interface Ask {
  action: string;
  /** Its ARN; `*` for an action that knows none. */
  resource: string;
  /** Condition keys, without those that every request has. */
  context?: Record<string, string | string[]>;
}

/**
 * What IAM is asked for one call of the table in calls.ts, by the pages of each service in the Service Authorization
 * Reference (read 2026-11-26).
 */
export function asksOf(call: string, stack: Deployed, actor: Actor): Ask[] {
  const [operation = '', about = ''] = call.split(' ');
  const found = s3Asks(call, stack) ?? ec2Asks(call, stack) ?? otherAsks(operation, about, stack, actor);
  if (found === undefined) throw new Error(`nobody knows what IAM is asked for ${call}`);
  return found;
}

function otherAsks(operation: string, about: string, stack: Deployed, actor: Actor): Ask[] | undefined {
  const { arns, settings } = stack;
  const on = (service: string, resource: string) => [{ action: `${service}:${operation}`, resource }];
  const byOperation: Record<string, () => Ask[]> = {
    // Everybody may ("GetCallerIdentity", AWS STS API Reference).
    GetCallerIdentity: () => [],
    DescribeStacks: () => on('cloudformation', arns.stack),
    DescribeAlarms: () => on('cloudwatch', arn('cloudwatch', `alarm:${settings.name}-failed-jobs`)),
    GetServiceQuota: () => on('servicequotas', arn('servicequotas', 'ec2/L-1216C47A')),
    GetAWSDefaultServiceQuota: () => on('servicequotas', '*'),
    Publish: () => on('sns', arns.topic),
    PutEvents: () => [
      {
        action: 'events:PutEvents',
        resource: arn('events', 'event-bus/default'),
        context: { 'events:source': EVENT_SOURCE },
      },
    ],
    GetLogEvents: () =>
      on('logs', arn('logs', `log-group:/aws/imagebuilder/${settings.name}-1a2b3c4d:log-stream:1.0.1/1`)),
    GetSecretValue: () => secretAsks('GetSecretValue', stack, actor),
    DescribeSecret: () => secretAsks('DescribeSecret', stack, actor),
    GetParameter: () => parameterAsks(stack, actor),
    DescribeKey: () => ownKey('DescribeKey', stack),
    GetKeyPolicy: () => ownKey('GetKeyPolicy', stack),
    // Of the roles that services make themselves.
    GetRole: () => [
      {
        action: 'iam:GetRole',
        resource: iamArn('role/aws-service-role/imagebuilder.amazonaws.com/AWSServiceRoleForImageBuilder'),
      },
    ],
    DescribeParameters: () => on('ssm', '*'),
  };
  for (const name of [
    'SendMessage',
    'ReceiveMessage',
    'DeleteMessage',
    'ChangeMessageVisibility',
    'GetQueueAttributes',
  ]) {
    byOperation[name] = () => queueAsks(name, about === 'jobs' ? arns.jobs : arns.deadLetters, stack);
  }
  for (const name of [
    'GetImagePipeline',
    'ListImagePipelineImages',
    'StartImagePipelineExecution',
    'UpdateImagePipeline',
  ]) {
    byOperation[name] = () => on('imagebuilder', arns.pipeline);
  }
  for (const name of ['GetImage', 'TagResource', 'CancelImageCreation', 'ListWorkflowExecutions']) {
    byOperation[name] = () => on('imagebuilder', arns.image);
  }
  byOperation.GetInfrastructureConfiguration = () => on('imagebuilder', arns.infrastructure);
  // "Dependent actions" of it: whoever says where bakes run hands on their role.
  byOperation.UpdateInfrastructureConfiguration = () => [
    ...on('imagebuilder', arns.infrastructure),
    { action: 'iam:PassRole', resource: stack.roleArns.bake, context: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
  ];
  byOperation.ListWorkflowStepExecutions = () => on('imagebuilder', arn('imagebuilder', 'workflow-execution/wf-1'));
  return byOperation[operation]?.();
}

function queueAsks(operation: string, resource: string, stack: Deployed): Ask[] {
  const keyUse: Record<string, string[]> = { SendMessage: ['GenerateDataKey', 'Decrypt'], ReceiveMessage: ['Decrypt'] };
  return [{ action: `sqs:${operation}`, resource }, ...keyAsks(keyUse[operation] ?? [], 'sqs', stack)];
}

/** What a service asks KMS for on behalf of the caller, when what it keeps is under the customer's key. */
export function keyAsks(actions: readonly string[], service: string, { settings }: Deployed): Ask[] {
  if (!settings.kms_key_arn) return [];
  const context = { 'kms:ViaService': `${service}.${REGION}.amazonaws.com` };
  return actions.map((action) => ({ action: `kms:${action}`, resource: settings.kms_key_arn, context }));
}

/** A look at the customer's key itself. */
function ownKey(operation: string, { settings }: Deployed): Ask[] {
  return settings.kms_key_arn ? [{ action: `kms:${operation}`, resource: settings.kms_key_arn }] : [];
}

import { arn } from './account';
import { type Ask, keyAsks } from './asks';
import type { Deployed, DeployedActor } from './deployed';

/**
 * What AWS asks in the name of a role, beside the calls of the code: Lambda for the log and for the queue behind a
 * function, S3 for "there is none" in place of "denied", the agent of Systems Manager for a session.
 */
export function asksOfAws(stack: Deployed): Record<DeployedActor, Ask[]> {
  const { bucket, arns } = stack;
  // "Policy actions for Amazon S3", S3 User Guide: without it S3 answers 403 for an object that does not exist.
  const tellMissing: Ask = { action: 's3:ListBucket', resource: `arn:aws:s3:::${bucket}` };
  return {
    launch: [...logAsks(stack, 'launch'), ...sourceAsks(stack, arns.jobs), tellMissing],
    guard: [...logAsks(stack, 'guard'), tellMissing],
    publish: [...logAsks(stack, 'publish'), ...failedCallAsks(stack)],
    metrics: [...logAsks(stack, 'metrics'), ...failedCallAsks(stack)],
    notifications: logAsks(stack, 'notifications'),
    instance: [tellMissing, ...sessionAsks()],
    bake: sessionAsks(),
  };
}

function logAsks({ logGroups }: Deployed, actor: DeployedActor): Ask[] {
  const streams = `${(logGroups[actor] as string).replace(/:\*$/, '')}:log-stream:a`;
  return ['CreateLogStream', 'PutLogEvents'].map((action) => ({ action: `logs:${action}`, resource: streams }));
}

/** "Using Lambda with Amazon SQS", execution role permissions, Lambda Developer Guide. */
function sourceAsks(stack: Deployed, queue: string): Ask[] {
  const actions = ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'];
  return [
    ...actions.map((action) => ({ action: `sqs:${action}`, resource: queue })),
    ...keyAsks(['Decrypt'], 'sqs', stack),
  ];
}

/** "Capturing records of Lambda asynchronous invocations", permissions for a queue, Lambda Developer Guide. */
function failedCallAsks(stack: Deployed): Ask[] {
  const send = { action: 'sqs:SendMessage', resource: stack.arns.deadLetters };
  return [send, ...keyAsks(['GenerateDataKey', 'Decrypt'], 'sqs', stack)];
}

/** "Create an IAM instance profile with minimal Session Manager permissions", Systems Manager User Guide. */
function sessionAsks(): Ask[] {
  const channels = ['CreateControlChannel', 'CreateDataChannel', 'OpenControlChannel', 'OpenDataChannel'];
  return [
    { action: 'ssm:UpdateInstanceInformation', resource: arn('ec2', 'instance/i-0123456789abcdef0') },
    ...channels.map((action) => ({ action: `ssmmessages:${action}`, resource: '*' })),
  ];
}

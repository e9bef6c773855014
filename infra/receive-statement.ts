import { aws_iam as iam, type aws_sqs as sqs } from 'aws-cdk-lib';

/**
 * What Lambda does at a queue with the role of the function that it calls ("Using Lambda with Amazon SQS", Lambda Developer
 * Guide). CDK's own grant comes with `kms:Decrypt` under no condition; what the function may do with the key is in
 * encryption.ts.
 */
export function receiveStatement(queue: sqs.IQueue): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'ReceiveMessages',
    actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes'],
    resources: [queue.queueArn],
  });
}

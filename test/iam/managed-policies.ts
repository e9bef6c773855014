import type { Policy } from './deployed';

/**
 * What AmazonSSMManagedInstanceCore and EC2InstanceProfileForImageBuilder allow, as far as it touches what is of worth
 * (AWS Managed Policy Reference, read 2026-11-26): every parameter of Parameter Store among it.
 */
export const BAKE_POLICIES: Policy = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['ssm:GetParameter', 'ssm:GetParameters', 'ssm:UpdateInstanceInformation'],
      Resource: '*',
    },
    {
      Effect: 'Allow',
      Action: ['CreateControlChannel', 'CreateDataChannel', 'OpenControlChannel', 'OpenDataChannel'].map(
        (action) => `ssmmessages:${action}`,
      ),
      Resource: '*',
    },
    { Effect: 'Allow', Action: 'imagebuilder:GetComponent', Resource: '*' },
    { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::ec2imagebuilder*' },
    {
      Effect: 'Allow',
      Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: 'arn:aws:logs:*:*:log-group:/aws/imagebuilder/*',
    },
    {
      Effect: 'Allow',
      Action: 'kms:Decrypt',
      Resource: '*',
      Condition: {
        'ForAnyValue:StringEquals': {
          'kms:EncryptionContextKeys': 'aws:imagebuilder:arn',
          'aws:CalledVia': ['imagebuilder.amazonaws.com'],
        },
      },
    },
  ],
};

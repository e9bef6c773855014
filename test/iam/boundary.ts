import type { Policy } from './deployed';

/** A boundary as companies have them: the services of the table in docs/operating.md, and no change of who may do what. */
export const BOUNDARY: Policy = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: [
        'cloudformation:*',
        'dynamodb:*',
        'ec2:*',
        'events:*',
        'imagebuilder:*',
        'kms:*',
        'logs:*',
        's3:*',
        'secretsmanager:*',
        'sns:*',
        'sqs:*',
        'ssm:*',
        'ssmmessages:*',
        'iam:PassRole',
        'iam:CreateServiceLinkedRole',
      ],
      Resource: '*',
    },
  ],
};

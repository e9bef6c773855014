import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ImagebuilderClient } from '@aws-sdk/client-imagebuilder';
import { SNSClient } from '@aws-sdk/client-sns';
import { publishEnv, readEnv } from '../../contract/function-env';
import { eventLogger } from '../shared/log-events';
import { notifier } from '../shared/notify';
import { bakesOf } from './bakes';
import { createPublishHandler } from './handler';

const env = readEnv(publishEnv, process.env);
const limits = {
  maxAttempts: 4,
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
};
const cloudformation = new CloudFormationClient(limits);

/** The entry point of the publisher: see {@link createPublishHandler}. */
export const handler = createPublishHandler({
  env,
  ec2: new EC2Client(limits),
  bakes: bakesOf(new ImagebuilderClient(limits), { pipelineArn: env.pipelineArn, region: env.awsRegion }),
  async stackStatus(StackName) {
    const { Stacks } = await cloudformation.send(new DescribeStacksCommand({ StackName }));
    return Stacks?.[0]?.StackStatus ?? '';
  },
  notify: notifier(new SNSClient(limits), env.topicArn),
  logger: eventLogger(new Logger({ serviceName: 'publish' })),
  pause,
});

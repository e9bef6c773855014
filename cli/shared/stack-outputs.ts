import { existsSync } from 'node:fs';
import {
  type CloudFormationClient,
  DescribeStacksCommand,
  type DescribeStacksCommandOutput,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import type { BucketDemands } from '../../contract/bucket-demands';
import type { Schedule } from '../../contract/schedules';
import { loadSettings } from '../../contract/settings-load';
import { EXIT, UserError } from '../../contract/user-error';

/** What a deployed stack says about itself: the outputs of infra/stack.ts. */
export interface StackOutputs {
  bucket: string;
  templateId: string;
  pipelineArn: string;
  queueUrl: string;
  deadLetterQueueUrl: string;
  topicArn: string;
  /** What the owner of the bucket demands of every request. */
  demands: BucketDemands;
  /** Absent where the settings name none. */
  schedules?: Schedule[];
}

const OUTPUT_NAMES: Record<Exclude<keyof StackOutputs, 'demands' | 'schedules'>, string> = {
  bucket: 'JobBucketName',
  templateId: 'LaunchTemplateId',
  pipelineArn: 'PipelineArn',
  queueUrl: 'QueueUrl',
  deadLetterQueueUrl: 'DeadLetterQueueUrl',
  topicArn: 'TopicArn',
};

/**
 * The stack that a command is about: `--stack NAME`, else that of LAMBDA_EC2_STACK, else the name in settings.yaml.
 * Throws a SettingsError.
 */
export function stackName(option?: string, settingsFile = 'settings.yaml'): string {
  const named = option || process.env.LAMBDA_EC2_STACK;
  if (named) return named;
  if (existsSync(settingsFile)) return loadSettings(settingsFile).name;
  throw new UserError(`there is no ${settingsFile} here that names the stack: give its name with --stack NAME`);
}

/**
 * Reads the outputs of a deployed stack, in the Region and account of the AWS settings in the environment.
 *
 * @throws UserError when there is no such stack, it is not deployed yet or is no stack of this project, and what AWS
 * answers else.
 */
export async function stackOutputs(
  cloudFormation: Pick<CloudFormationClient, 'send'>,
  name: string,
): Promise<StackOutputs> {
  const stack = await describe(cloudFormation, name);
  const values = new Map(stack.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
  const missing = Object.values(OUTPUT_NAMES).filter((output) => !values.get(output));
  if (missing.length > 0) {
    const status = stack.StackStatus ?? 'unknown';
    const remedy = status.endsWith('_IN_PROGRESS') ? 'wait for its deploy to end' : 'update it with npx cdk deploy';
    throw new UserError(
      `the stack ${name} is ${status} and has no output ${missing.join(', ')}: ` +
        `${remedy}, or name a stack of lambda-ec2 with --stack NAME`,
    );
  }
  const entries = Object.entries(OUTPUT_NAMES).map(([key, output]) => [key, values.get(output)]);
  const demands = {
    encryption: values.get('BucketEncryption') ?? '',
    requesterPays: values.get('BucketRequestPayer') === 'true',
  };
  return { ...Object.fromEntries(entries), demands, schedules: schedulesIn(values) } as StackOutputs;
}

/** Each has an output of its own, `Schedule1` and so on; a stack from before there were any has none. */
function schedulesIn(values: ReadonlyMap<string | undefined, string | undefined>): Schedule[] | undefined {
  const found: Schedule[] = [];
  for (let at = 1; values.has(`Schedule${at}`); at++) found.push(JSON.parse(values.get(`Schedule${at}`) ?? ''));
  return found.length > 0 ? found : undefined;
}

/** The StackStatus of a stack; undefined when there is none. Throws what AWS answers else. */
export async function stackStatus(
  cloudFormation: Pick<CloudFormationClient, 'send'>,
  name: string,
): Promise<string | undefined> {
  return (await find(cloudFormation, name))?.StackStatus;
}

async function describe(cloudFormation: Pick<CloudFormationClient, 'send'>, name: string): Promise<Stack> {
  const stack = await find(cloudFormation, name);
  if (stack) return stack;
  throw new UserError(
    `there is no stack ${name} in this account and Region: deploy it with npx cdk deploy, or name another with --stack NAME`,
    EXIT.missing,
  );
}

async function find(cloudFormation: Pick<CloudFormationClient, 'send'>, StackName: string): Promise<Stack | undefined> {
  try {
    const answer: DescribeStacksCommandOutput = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
    return answer.Stacks?.[0];
  } catch (error) {
    const { name, message } = error as Error;
    if (name === 'ValidationError' && message.includes('does not exist')) return undefined;
    throw error;
  }
}

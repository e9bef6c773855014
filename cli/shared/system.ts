import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { Schedule } from '../../contract/schedules';
import { EXIT, UserError } from '../../contract/user-error';
import { type RunningMachine, readMachineFile } from '../../local/machine-file';
import { awsClient, type ClientSettings } from './aws-client';
import { forgetAwsEnvironment } from './aws-environment';
import { optionsOf } from './command-line';
import type { NamedBy } from './globals';
import { type StackOutputs, stackName, stackOutputs } from './stack-outputs';

/** A deployed stack, or the machine of `local up`: what a command is about. */
export interface System extends StackOutputs {
  /** As a person calls it. */
  label: string;
  /** The name of the stack, which its instances carry as a tag. */
  name: string;
  isLocal: boolean;
  schedules: Schedule[];
  /** How the command line named it: the options that a command to copy repeats. */
  options: string[];
  /** What every client of the AWS SDK for it is made with. */
  client: ClientSettings;
}

/**
 * Finds the system that the command line names.
 *
 * @throws UserError when there is none
 */
export async function findSystem(globals: NamedBy): Promise<System> {
  const { local, stack } = globals;
  if (local) return localSystem();
  const name = stackName(stack);
  const client = await awsClient();
  const found = await stackOutputs(new CloudFormationClient(client), name);
  const { schedules = [] } = found;
  const label = `the stack ${name}`;
  return { ...found, schedules, label, name, isLocal: false, options: optionsOf(globals), client };
}

/** The machine of `local up`, or undefined when none runs. */
export function runningSystem(): System | undefined {
  const machine = readMachineFile();
  return machine && systemOf(machine);
}

function localSystem(): System {
  const system = runningSystem();
  if (system) {
    forgetAwsEnvironment();
    return system;
  }
  throw new UserError('--local: no machine runs here: start one with lambda-ec2 local up', EXIT.missing);
}

function systemOf({
  endpoint,
  region,
  accessKeyId,
  secretAccessKey,
  stackName: name,
  ...found
}: RunningMachine): System {
  const { bucket, templateId, queueUrl, deadLetterQueueUrl, pipelineArn, topicArn, schedules = [] } = found;
  const client = { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
  const outputs = { bucket, templateId, queueUrl, deadLetterQueueUrl, pipelineArn, topicArn, schedules };
  return {
    ...outputs,
    // Whatever its settings say: the bucket is the machine's own.
    demands: { encryption: '', requesterPays: false },
    label: 'the machine of local up',
    name,
    isLocal: true,
    options: optionsOf({ local: true }),
    client,
  };
}

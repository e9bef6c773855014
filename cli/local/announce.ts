import type { Settings } from '../../contract/settings';
import { UserError } from '../../contract/user-error';
import { clientOptions, DEAD_LETTER_QUEUE, JOB_QUEUE, TOPIC_ARN } from '../../local/account';
import type { LocalMachine } from '../../local/machine';
import { type RunningMachine, writeMachineFile } from '../../local/machine-file';

/**
 * Lets commands with `--local` find a machine. Returns what ends that.
 *
 * @throws UserError when another `local up` runs
 */
export function announce(machine: LocalMachine, { name: stackName, schedules }: Settings): () => void {
  try {
    const remove = writeMachineFile({ ...describe(machine), stackName, schedules });
    process.once('exit', remove);
    return remove;
  } catch (error) {
    if (error instanceof UserError) throw error;
    const why = `this machine is not found by commands with --local: ${(error as Error).message}`;
    process.stderr.write(`${why}; set LAMBDA_EC2_STATE to a folder that can be written\n`);
    return () => {};
  }
}

function describe({
  services,
  bucket,
  templateId,
}: LocalMachine): Omit<RunningMachine, 'pid' | 'startedAt' | 'stackName' | 'schedules'> {
  const { queues, endpoint, pipeline } = services;
  const { region, credentials } = clientOptions(services);
  return {
    endpoint: endpoint.url,
    region,
    ...credentials,
    bucket,
    templateId,
    queueUrl: queues.urlOf(queues.named(JOB_QUEUE), endpoint.url),
    deadLetterQueueUrl: queues.urlOf(queues.named(DEAD_LETTER_QUEUE), endpoint.url),
    pipelineArn: pipeline.arn,
    topicArn: TOPIC_ARN,
  };
}

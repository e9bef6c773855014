import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ImagebuilderClient } from '@aws-sdk/client-imagebuilder';
import { UserError } from '../../contract/user-error';
import { errorMessage } from '../../lambda/shared/error-message';
import { stackName, stackOutputs } from '../shared/stack-outputs';

/** The deployed pipeline and the services that a bake is followed with. */
export interface BakeContext {
  stack: string;
  pipelineArn: string;
  templateId: string;
  imagebuilder: ImagebuilderClient;
  ec2: EC2Client;
}

/** What every command about bakes takes. */
export interface PipelineOptions {
  stack?: string;
  json?: boolean;
}

/**
 * Does something with the pipeline of a deployed stack.
 *
 * @throws UserError, one sentence, for whatever AWS refuses
 */
export async function withPipeline<T>(
  stack: string | undefined,
  work: (context: BakeContext) => Promise<T>,
): Promise<T> {
  const name = stackName(stack);
  const clients = {
    cloudFormation: new CloudFormationClient({}),
    imagebuilder: new ImagebuilderClient({}),
    ec2: new EC2Client({}),
  };
  try {
    const { pipelineArn, templateId } = await stackOutputs(clients.cloudFormation, name);
    return await work({ stack: name, pipelineArn, templateId, ...clients });
  } catch (error) {
    // What has no metadata of an answer is a defect of this program.
    if (error instanceof UserError || !(error instanceof Error && '$metadata' in error)) throw error;
    throw new UserError(`the bakes of ${name}: AWS refused: ${errorMessage(error)}`, 1);
  } finally {
    for (const client of Object.values(clients)) client.destroy();
  }
}

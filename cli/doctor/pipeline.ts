import {
  GetImagePipelineCommand,
  ImagebuilderClient,
  type ImagePipeline,
  UpdateImagePipelineCommand,
} from '@aws-sdk/client-imagebuilder';
import type { Context } from './context';
import { type Finding, ok, problem } from './finding';

/** Whether the image pipeline bakes on its schedule; Image Builder switches it off after failures in a row. */
export async function pipeline(context: Context): Promise<Finding> {
  const { status, schedule } = await read(context);
  if (status === 'DISABLED') {
    return problem(
      'the image pipeline is switched off: nothing is baked on its schedule',
      context.line('doctor', '--fix'),
    );
  }
  return ok(
    schedule?.scheduleExpression ? `bakes on ${schedule.scheduleExpression}` : 'bakes on deploy and by command',
  );
}

/**
 * Switches the pipeline on again. An update replaces all that it does not name, so everything is sent back as it was
 * (UpdateImagePipeline, EC2 Image Builder API Reference: "UpdateImagePipeline does not support selective updates").
 */
export async function enablePipeline(context: Context): Promise<void> {
  const { arn, ...before } = await read(context);
  const imagebuilder = new ImagebuilderClient((await context.system()).client);
  await imagebuilder.send(
    new UpdateImagePipelineCommand({
      imagePipelineArn: arn,
      clientToken: undefined,
      status: 'ENABLED',
      description: before.description,
      imageRecipeArn: before.imageRecipeArn,
      containerRecipeArn: before.containerRecipeArn,
      infrastructureConfigurationArn: before.infrastructureConfigurationArn,
      distributionConfigurationArn: before.distributionConfigurationArn,
      imageTestsConfiguration: before.imageTestsConfiguration,
      enhancedImageMetadataEnabled: before.enhancedImageMetadataEnabled,
      schedule: before.schedule,
      imageScanningConfiguration: before.imageScanningConfiguration,
      workflows: before.workflows,
      executionRole: before.executionRole,
      loggingConfiguration: before.loggingConfiguration,
      imageTags: before.imageTags,
    }),
  );
}

async function read(context: Context): Promise<ImagePipeline> {
  const { pipelineArn, client } = await context.system();
  const imagebuilder = new ImagebuilderClient(client);
  const { imagePipeline } = await imagebuilder.send(new GetImagePipelineCommand({ imagePipelineArn: pipelineArn }));
  return imagePipeline ?? {};
}

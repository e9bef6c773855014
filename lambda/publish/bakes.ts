import {
  CancelImageCreationCommand,
  GetImageCommand,
  GetImagePipelineCommand,
  type ImagebuilderClient,
  paginateListImagePipelineImages,
  StartImagePipelineExecutionCommand,
  TagResourceCommand,
} from '@aws-sdk/client-imagebuilder';
import { HANDLED_TAG } from '../../contract/tags';
import { recipeOfBuild } from './recipe';

/** A bake that made an AMI. */
export interface FinishedBake {
  /** The AMI in this Region. */
  imageId: string;
  recipeArn: string;
  /** Whether its mark says that the publisher has handled it. */
  handled: boolean;
}

/**
 * The image pipeline and its bakes, each known by the ARN of its image build version. Every call throws the SDK's
 * errors.
 */
export interface Bakes {
  /** Undefined when the bake is not AVAILABLE any more. */
  finished(buildArn: string): Promise<FinishedBake | undefined>;
  /** The ARN of the recipe that the pipeline bakes at present. */
  currentRecipe(): Promise<string>;
  /** Every bake of the pipeline, in no order. */
  list(): Promise<{ buildArn: string; status: string }[]>;
  markHandled(buildArn: string): Promise<void>;
  /** Starts the pipeline, once for each token, and does not wait for it. */
  start(clientToken: string): Promise<void>;
  cancel(buildArn: string): Promise<void>;
}

/** The bakes of one pipeline in one Region. */
export function bakesOf(
  client: ImagebuilderClient,
  { pipelineArn: imagePipelineArn, region }: { pipelineArn: string; region: string },
): Bakes {
  return {
    async finished(imageBuildVersionArn) {
      const { image } = await client.send(new GetImageCommand({ imageBuildVersionArn }));
      const imageId = image?.outputResources?.amis?.find((ami) => ami.region === region)?.image;
      if (image?.state?.status !== 'AVAILABLE' || !imageId) return undefined;
      const recipeArn = image.imageRecipe?.arn ?? recipeOfBuild(imageBuildVersionArn);
      return { imageId, recipeArn, handled: image.tags?.[HANDLED_TAG] !== undefined };
    },
    async currentRecipe() {
      const { imagePipeline } = await client.send(new GetImagePipelineCommand({ imagePipelineArn }));
      if (!imagePipeline?.imageRecipeArn) throw new Error(`the pipeline ${imagePipelineArn} has no image recipe`);
      return imagePipeline.imageRecipeArn;
    },
    async list() {
      const bakes: { buildArn: string; status: string }[] = [];
      for await (const page of paginateListImagePipelineImages({ client }, { imagePipelineArn })) {
        for (const { arn = '', state } of page.imageSummaryList ?? []) {
          bakes.push({ buildArn: arn, status: state?.status ?? '' });
        }
      }
      return bakes;
    },
    async markHandled(resourceArn) {
      await client.send(new TagResourceCommand({ resourceArn, tags: { [HANDLED_TAG]: 'true' } }));
    },
    async start(clientToken) {
      await client.send(new StartImagePipelineExecutionCommand({ imagePipelineArn, clientToken }));
    },
    async cancel(imageBuildVersionArn) {
      await client.send(new CancelImageCreationCommand({ imageBuildVersionArn }));
    },
  };
}

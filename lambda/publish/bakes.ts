import { createHash } from 'node:crypto';
import {
  CancelImageCreationCommand,
  GetImageCommand,
  GetImagePipelineCommand,
  type Image,
  type ImagebuilderClient,
  paginateListImagePipelineImages,
  StartImagePipelineExecutionCommand,
  TagResourceCommand,
} from '@aws-sdk/client-imagebuilder';
import { FAILED_BAKE_STATES } from '../../contract/bake-states';
import { HANDLED_TAG, TOLD_TAG } from '../../contract/tags';
import { moveToNextSubnet } from './bake-subnet';
import { recipeOfBuild } from './recipe';

/** A bake that made an AMI. */
export interface FinishedBake {
  /** The AMI in this Region. */
  imageId: string;
  recipeArn: string;
  /** Whether its mark says that the publisher has handled it. */
  handled: boolean;
}

/** A bake that ended without an AMI. */
export interface FailedBake {
  status: string;
  /** In Image Builder's words; empty when it has none. */
  reason: string;
  /** Whether people were told. */
  told: boolean;
}

/** A bake in the list of the pipeline's. */
export interface ListedBake {
  buildArn: string;
  status: string;
  /** Milliseconds since 1970; 0 when Image Builder does not say. */
  created: number;
}

/**
 * The image pipeline and its bakes, each known by the ARN of its image build version. Every call throws the SDK's
 * errors.
 */
export interface Bakes {
  /** Undefined when the bake is not AVAILABLE any more. */
  finished(buildArn: string): Promise<FinishedBake | undefined>;
  /** Undefined when the bake did not fail, or is being tried again. */
  failure(buildArn: string): Promise<FailedBake | undefined>;
  /** The ARN of the recipe that the pipeline bakes at present. */
  currentRecipe(): Promise<string>;
  /** Every bake of the pipeline, in no order. */
  list(): Promise<ListedBake[]>;
  markHandled(buildArn: string): Promise<void>;
  /** Marks a bake that failed as one that people were told of. */
  markTold(buildArn: string): Promise<void>;
  /** Starts the pipeline, once for each token, and does not wait for it. */
  start(clientToken: string): Promise<void>;
  cancel(buildArn: string): Promise<void>;
  /** As {@link moveToNextSubnet}. */
  moveToNextSubnet(subnetIds: readonly string[], buildArn: string): Promise<string | undefined>;
}

/** The client token of a bake: the same for the same cause. Image Builder takes 36 characters. */
export function bakeToken(cause: string): string {
  return createHash('sha256').update(cause).digest('hex').slice(0, 36);
}

/** The bakes of one pipeline in one Region. */
export function bakesOf(
  client: ImagebuilderClient,
  { pipelineArn: imagePipelineArn, region }: { pipelineArn: string; region: string },
): Bakes {
  const readImage = async (imageBuildVersionArn: string): Promise<Image> =>
    (await client.send(new GetImageCommand({ imageBuildVersionArn }))).image ?? {};
  return {
    async finished(imageBuildVersionArn) {
      const { state, outputResources, imageRecipe, tags } = await readImage(imageBuildVersionArn);
      const imageId = outputResources?.amis?.find((ami) => ami.region === region)?.image;
      if (state?.status !== 'AVAILABLE' || !imageId) return undefined;
      const recipeArn = imageRecipe?.arn ?? recipeOfBuild(imageBuildVersionArn);
      return { imageId, recipeArn, handled: tags?.[HANDLED_TAG] !== undefined };
    },
    async failure(imageBuildVersionArn) {
      const { state, tags } = await readImage(imageBuildVersionArn);
      const { status = '', reason = '' } = state ?? {};
      if (!FAILED_BAKE_STATES.includes(status)) return undefined;
      return { status, reason, told: tags?.[TOLD_TAG] !== undefined };
    },
    async currentRecipe() {
      const { imagePipeline } = await client.send(new GetImagePipelineCommand({ imagePipelineArn }));
      if (!imagePipeline?.imageRecipeArn) throw new Error(`the pipeline ${imagePipelineArn} has no image recipe`);
      return imagePipeline.imageRecipeArn;
    },
    async list() {
      const bakes: ListedBake[] = [];
      for await (const page of paginateListImagePipelineImages({ client }, { imagePipelineArn })) {
        for (const { arn = '', state, dateCreated } of page.imageSummaryList ?? []) {
          const created = Date.parse(dateCreated ?? '') || 0;
          bakes.push({ buildArn: arn, status: state?.status ?? '', created });
        }
      }
      return bakes;
    },
    async markHandled(resourceArn) {
      await client.send(new TagResourceCommand({ resourceArn, tags: { [HANDLED_TAG]: 'true' } }));
    },
    async markTold(resourceArn) {
      await client.send(new TagResourceCommand({ resourceArn, tags: { [TOLD_TAG]: 'true' } }));
    },
    async start(clientToken) {
      await client.send(new StartImagePipelineExecutionCommand({ imagePipelineArn, clientToken }));
    },
    async cancel(imageBuildVersionArn) {
      await client.send(new CancelImageCreationCommand({ imageBuildVersionArn }));
    },
    moveToNextSubnet: (subnetIds, buildArn) => moveToNextSubnet(client, imagePipelineArn, subnetIds, buildArn),
  };
}

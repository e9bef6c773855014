import * as sdk from '@aws-sdk/client-imagebuilder';
import type { Handlers, Unsupported } from '../protocol/operation';
import { restJson } from '../protocol/rest-json';
import { SdkService } from '../protocol/service';
import type { Pipeline } from './pipeline';

/** Image Builder, as far as a pipeline's recipe, its finished bakes, the AMI of each and their tags go. */
export class ImageBuilderService extends SdkService<typeof sdk, Pipeline> {
  /** @param more operations beside these, or in their place */
  constructor(pipeline: Pipeline, more: Handlers<typeof sdk, Pipeline> = {}) {
    const handlers = { ...HANDLERS, ...more };
    super({ name: 'imagebuilder', protocol: restJson(sdk), handlers, unsupported: UNSUPPORTED, context: pipeline });
  }
}

const HANDLERS: Handlers<typeof sdk, Pipeline> = {
  GetImagePipeline: (_input, { arn, recipeArn }, { requestId }) => ({
    requestId,
    imagePipeline: { arn, imageRecipeArn: recipeArn },
  }),

  ListImagePipelineImages: (_input, { images }, { requestId }) => ({ requestId, imageSummaryList: images }),

  GetImage: ({ imageBuildVersionArn }, pipeline, { requestId }) => ({
    requestId,
    image: { ...pipeline.image(imageBuildVersionArn), imageRecipe: { arn: pipeline.recipeArn } },
  }),

  TagResource({ resourceArn, tags }, pipeline) {
    pipeline.tag(resourceArn, tags);
    return {};
  },
};

const UNSUPPORTED: Unsupported<typeof sdk> = { ListImagePipelineImages: ['filters', 'maxResults', 'nextToken'] };

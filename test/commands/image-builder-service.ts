import * as sdk from '@aws-sdk/client-imagebuilder';
import { ServiceError } from 'aws-emulator/protocol/error';
import type { Handlers } from 'aws-emulator/protocol/operation';
import { restJson } from 'aws-emulator/protocol/rest-json';
import { SdkService } from 'aws-emulator/protocol/service';
import type { Service } from 'aws-emulator/protocol/types';
import { FINAL_BAKE_STATES } from '../../contract/bake-states';
import type { Bake, Bakes } from '../cli/bake-history';

interface Context {
  bakes: Bakes;
  onStart: (bake: Bake) => void;
  onShown: (bake: Bake) => Promise<void>;
}

/**
 * EC2 Image Builder as far as `lambda-ec2 bake` asks it. It bakes nothing: whoever holds the {@link Bakes} moves them
 * from state to state.
 *
 * @param denied operations that are refused
 */
export function pipelineService(context: Context, denied: ReadonlySet<string>): Service {
  return new SdkService<typeof sdk, Context>({
    name: 'imagebuilder',
    protocol: restJson(sdk),
    handlers: HANDLERS,
    context,
    around({ operation }, handle) {
      if (denied.has(operation)) throw new ServiceError('AccessDeniedException', 'not you', 403);
      return handle();
    },
  });
}

const HANDLERS: Handlers<typeof sdk, Context> = {
  StartImagePipelineExecution({ imagePipelineArn, clientToken = '' }, { bakes, onStart }) {
    if (imagePipelineArn !== bakes.pipelineArn) throw notFound(imagePipelineArn);
    const before = bakes.all.length;
    const bake = bakes.start(clientToken);
    if (bakes.all.length > before) onStart(bake);
    return { clientToken, imageBuildVersionArn: bake.arn };
  },

  async GetImage({ imageBuildVersionArn }, { bakes, onShown }) {
    const bake = find(bakes, imageBuildVersionArn);
    const image = describe(bakes, bake);
    await onShown(bake);
    return { image };
  },

  ListImagePipelineImages({ imagePipelineArn }, { bakes }) {
    if (imagePipelineArn !== bakes.pipelineArn) throw notFound(imagePipelineArn);
    return { imageSummaryList: bakes.all.map((bake) => describe(bakes, bake)) };
  },

  ListWorkflowExecutions: ({ imageBuildVersionArn }, { bakes }) => ({
    workflowExecutions: find(bakes, imageBuildVersionArn).workflows.map(({ steps, ...workflow }, index) => ({
      ...workflow,
      workflowExecutionId: `${imageBuildVersionArn}#${index}`,
      totalStepCount: steps.length,
    })),
  }),

  ListWorkflowStepExecutions({ workflowExecutionId }, { bakes }) {
    const [arn = '', index] = workflowExecutionId.split('#');
    const workflow = bakes.find(arn)?.workflows[Number(index)];
    if (!workflow) throw notFound(workflowExecutionId);
    return { steps: workflow.steps };
  },

  CancelImageCreation({ imageBuildVersionArn }, { bakes }) {
    const bake = find(bakes, imageBuildVersionArn);
    if (FINAL_BAKE_STATES.includes(bake.status)) {
      const message = `The image ${bake.arn} is ${bake.status} and cannot be cancelled.`;
      throw new ServiceError('InvalidRequestException', message);
    }
    bake.status = 'CANCELLED';
    return { imageBuildVersionArn: bake.arn };
  },
};

function find(bakes: Bakes, arn: string): Bake {
  const bake = bakes.find(arn);
  if (!bake) throw notFound(arn);
  return bake;
}

function describe(bakes: Bakes, { arn, version, created, status, reason, imageId }: Bake): sdk.Image {
  const { region, accountId, pipelineName } = bakes;
  return {
    arn,
    name: pipelineName,
    version,
    dateCreated: created,
    state: { status, reason },
    loggingConfiguration: { logGroupName: `/aws/imagebuilder/${pipelineName}` },
    outputResources: { amis: imageId ? [{ region, image: imageId, accountId }] : [] },
  };
}

function notFound(arn: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', `The resource with ARN ${arn} does not exist.`, 404);
}

import { randomUUID } from 'node:crypto';
import { json } from 'node:stream/consumers';
import type { Service, ServiceRequest } from 'aws-emulator/http/types';
import type { Bake, Bakes } from './bakes';

/** An error in the AWS REST JSON protocol. */
class ImageBuilderError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

type Input = Record<string, string | undefined>;
type Operation = (input: Input) => object;

const FINAL: readonly string[] = ['AVAILABLE', 'FAILED', 'CANCELLED', 'DEPRECATED', 'DELETED', 'DISABLED'];

/**
 * EC2 Image Builder as far as `lambda-ec2 bake` asks it, in REST JSON. It bakes nothing: whoever holds the {@link Bakes}
 * moves them from state to state.
 */
export class PipelineService implements Service {
  readonly name = 'imagebuilder';
  readonly #operations: Readonly<Record<string, Operation>>;

  constructor(
    private readonly bakes: Bakes,
    onStart: (bake: Bake) => void,
    private readonly denied: ReadonlySet<string>,
  ) {
    this.#operations = {
      'PUT /StartImagePipelineExecution': ({ imagePipelineArn, clientToken = '' }) => {
        if (imagePipelineArn !== bakes.pipelineArn) throw notFound(imagePipelineArn);
        const before = bakes.all.length;
        const bake = bakes.start(clientToken);
        if (bakes.all.length > before) onStart(bake);
        return { clientToken, imageBuildVersionArn: bake.arn };
      },
      'GET /GetImage': (input) => ({ image: this.#image(this.#find(input)) }),
      'POST /ListImagePipelineImages': ({ imagePipelineArn }) => {
        if (imagePipelineArn !== bakes.pipelineArn) throw notFound(imagePipelineArn);
        return { imageSummaryList: bakes.all.map((bake) => this.#image(bake)) };
      },
      'POST /ListWorkflowExecutions': (input) => ({
        workflowExecutions: this.#find(input).workflows.map(({ steps, ...workflow }, index) => ({
          ...workflow,
          workflowExecutionId: `${this.#find(input).arn}#${index}`,
          totalStepCount: steps.length,
        })),
      }),
      'POST /ListWorkflowStepExecutions': ({ workflowExecutionId = '' }) => {
        const [arn = '', index] = workflowExecutionId.split('#');
        const workflow = bakes.find(arn)?.workflows[Number(index)];
        if (!workflow) throw notFound(workflowExecutionId);
        return { steps: workflow.steps };
      },
      'PUT /CancelImageCreation': (input) => {
        const bake = this.#find(input);
        if (FINAL.includes(bake.status)) {
          const message = `The image ${bake.arn} is ${bake.status} and cannot be cancelled.`;
          throw new ImageBuilderError('InvalidRequestException', message);
        }
        bake.status = 'CANCELLED';
        return { imageBuildVersionArn: bake.arn };
      },
    };
  }

  async handle({ req, res, url }: ServiceRequest): Promise<void> {
    const answer = (status: number, body: object, headers: Record<string, string> = {}) => {
      const text = JSON.stringify(body);
      const length = Buffer.byteLength(text);
      res.writeHead(status, { 'content-type': 'application/json', 'content-length': length, ...headers }).end(text);
    };
    try {
      const operation = this.#operations[`${req.method} ${url.pathname}`];
      if (!operation) throw new ImageBuilderError('InvalidAction', `there is no ${url.pathname} here`, 404);
      if (this.denied.has(url.pathname.slice(1))) throw new ImageBuilderError('AccessDeniedException', 'not you', 403);
      const body = req.method === 'GET' ? {} : ((await json(req)) as Input);
      answer(200, { requestId: randomUUID(), ...operation({ ...Object.fromEntries(url.searchParams), ...body }) });
    } catch (error) {
      if (!(error instanceof ImageBuilderError)) throw error;
      answer(error.status, { message: error.message }, { 'x-amzn-errortype': error.code });
    }
  }

  #find({ imageBuildVersionArn }: Input): Bake {
    const bake = this.bakes.find(imageBuildVersionArn ?? '');
    if (!bake) throw notFound(imageBuildVersionArn);
    return bake;
  }

  #image({ arn, version, created, status, reason, imageId }: Bake): object {
    const { region, accountId, pipelineName } = this.bakes;
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
}

function notFound(arn: string | undefined): ImageBuilderError {
  return new ImageBuilderError('ResourceNotFoundException', `The resource with ARN ${arn} does not exist.`, 404);
}

import { randomUUID } from 'node:crypto';
import { readBody } from '../http/body';
import type { Service, ServiceRequest } from '../http/types';

/** One finished image build version. */
interface Build {
  arn: string;
  imageId: string;
  tags: Record<string, string>;
}

const MAX_BODY = 100_000;

/**
 * Image Builder as far as lambda/publish asks it: the pipeline's recipe, its finished bakes, which AMI each made, and the
 * tags by which they are marked.
 */
export class ImageBuilderService implements Service {
  readonly name = 'imagebuilder';
  readonly #builds = new Map<string, Build>();

  constructor(private readonly options: { region: string; accountId: string; imageName: string }) {}

  /** What the ARNs of all images of the pipeline begin with. */
  get imageArnPrefix(): string {
    return `${this.#arn('image')}/`;
  }

  get pipelineArn(): string {
    return this.#arn('image-pipeline');
  }

  /** The ARN of the next image build version: the builds of the one recipe count up. */
  nextArn(): string {
    return `${this.imageArnPrefix}1.0.0/${this.#builds.size + 1}`;
  }

  /** Takes a finished bake over. */
  add(arn: string, imageId: string): void {
    this.#builds.set(arn, { arn, imageId, tags: {} });
  }

  /** REST JSON; each answer has the parts that say what was made, and of what (Image Builder API reference). */
  async handle({ req, res, url }: ServiceRequest): Promise<void> {
    const requestId = randomUUID();
    const operation = `${req.method} ${url.pathname.replace(/^\/tags\/.*/, '/tags')}`;
    if (operation === 'GET /GetImagePipeline') {
      return send(res, 200, {
        requestId,
        imagePipeline: { arn: this.pipelineArn, imageRecipeArn: this.#recipeArn },
      });
    }
    if (operation === 'POST /ListImagePipelineImages') {
      return send(res, 200, { requestId, imageSummaryList: [...this.#builds.values()].map((one) => this.#image(one)) });
    }
    if (operation !== 'GET /GetImage' && operation !== 'POST /tags') {
      return send(res, 400, { message: 'not a known operation' });
    }
    const tagged = decodeURIComponent(url.pathname.slice('/tags/'.length));
    const build = this.#builds.get(url.searchParams.get('imageBuildVersionArn') ?? tagged);
    if (!build) return send(res, 404, { message: 'The image does not exist.' }, 'ResourceNotFoundException');
    if (operation === 'POST /tags') {
      Object.assign(build.tags, JSON.parse((await readBody(req, MAX_BODY)).toString()).tags);
      return send(res, 200, {});
    }
    send(res, 200, { requestId, image: { ...this.#image(build), imageRecipe: { arn: this.#recipeArn } } });
  }

  #image({ arn, imageId, tags }: Build): object {
    const { region, accountId } = this.options;
    const outputResources = { amis: [{ region, accountId, image: imageId }] };
    return { arn, state: { status: 'AVAILABLE' }, outputResources, tags };
  }

  get #recipeArn(): string {
    return `${this.#arn('image-recipe')}/1.0.0`;
  }

  #arn(type: 'image' | 'image-pipeline' | 'image-recipe'): string {
    const { region, accountId, imageName } = this.options;
    return `arn:aws:imagebuilder:${region}:${accountId}:${type}/${imageName}`;
  }
}

function send(res: ServiceRequest['res'], status: number, body: object, error?: string): void {
  const text = JSON.stringify(body);
  res.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...(error && { 'x-amzn-errortype': error }),
  });
  res.end(text);
}

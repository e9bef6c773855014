import { randomUUID } from 'node:crypto';
import type { Service, ServiceRequest } from '../http/types';

/** One finished image build version. */
interface Build {
  arn: string;
  imageId: string;
}

/** Image Builder as far as lambda/publish asks it: which AMI a finished bake made. */
export class ImageBuilderService implements Service {
  readonly name = 'imagebuilder';
  readonly #builds = new Map<string, Build>();

  constructor(private readonly options: { region: string; accountId: string; imageName: string }) {}

  /** What the ARNs of all images of the pipeline begin with. */
  get imageArnPrefix(): string {
    const { region, accountId, imageName } = this.options;
    return `arn:aws:imagebuilder:${region}:${accountId}:image/${imageName}/`;
  }

  get pipelineArn(): string {
    const { region, accountId, imageName } = this.options;
    return `arn:aws:imagebuilder:${region}:${accountId}:image-pipeline/${imageName}`;
  }

  /** The ARN of the next image build version: the recipe's wildcard counts up. */
  nextArn(): string {
    return `${this.imageArnPrefix}1.0.${this.#builds.size}/1`;
  }

  /** Takes a finished bake over. */
  add(arn: string, imageId: string): void {
    this.#builds.set(arn, { arn, imageId });
  }

  /** REST JSON; GetImage alone, with the parts of an image that say what it made (GetImage, Image Builder API reference). */
  async handle({ req, res, url }: ServiceRequest): Promise<void> {
    const build = this.#builds.get(url.searchParams.get('imageBuildVersionArn') ?? '');
    if (req.method !== 'GET' || url.pathname !== '/GetImage')
      return send(res, 400, { message: 'not a known operation' });
    if (!build) return send(res, 404, { message: 'The image does not exist.' }, 'ResourceNotFoundException');
    const { region, accountId } = this.options;
    send(res, 200, {
      requestId: randomUUID(),
      image: {
        arn: build.arn,
        state: { status: 'AVAILABLE' },
        outputResources: { amis: [{ region, accountId, image: build.imageId }] },
      },
    });
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

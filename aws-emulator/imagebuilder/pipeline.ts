import type { Image } from '@aws-sdk/client-imagebuilder';
import { ServiceError } from '../protocol/error';

/** One finished image build version. */
interface Build {
  arn: string;
  imageId: string;
  tags: Record<string, string>;
}

/** An image pipeline with one recipe, and the finished bakes of it. It bakes nothing itself. */
export class Pipeline {
  readonly #builds = new Map<string, Build>();

  constructor(private readonly options: { region: string; accountId: string; imageName: string }) {}

  get arn(): string {
    return this.#arn('image-pipeline');
  }

  get recipeArn(): string {
    return `${this.#arn('image-recipe')}/1.0.0`;
  }

  /** What the ARNs of all its images begin with. */
  get imageArnPrefix(): string {
    return `${this.#arn('image')}/`;
  }

  /** The ARN of the next image build version: the builds of the one recipe count up. */
  nextArn(): string {
    return `${this.imageArnPrefix}1.0.0/${this.#builds.size + 1}`;
  }

  /** Takes a finished bake over. */
  add(arn: string, imageId: string): void {
    this.#builds.set(arn, { arn, imageId, tags: {} });
  }

  /** @throws ServiceError `ResourceNotFoundException` */
  tag(arn: string, tags: Record<string, string>): void {
    Object.assign(this.#find(arn).tags, tags);
  }

  /** @throws ServiceError `ResourceNotFoundException` */
  image(arn: string): Image {
    return this.#describe(this.#find(arn));
  }

  get images(): Image[] {
    return [...this.#builds.values()].map((build) => this.#describe(build));
  }

  #find(arn: string): Build {
    const build = this.#builds.get(arn);
    if (build) return build;
    throw new ServiceError('ResourceNotFoundException', 'The image does not exist.', 404);
  }

  #describe({ arn, imageId, tags }: Build): Image {
    const { region, accountId } = this.options;
    const outputResources = { amis: [{ region, accountId, image: imageId }] };
    return { arn, state: { status: 'AVAILABLE' }, outputResources, tags };
  }

  #arn(type: 'image' | 'image-pipeline' | 'image-recipe'): string {
    const { region, accountId, imageName } = this.options;
    return `arn:aws:imagebuilder:${region}:${accountId}:${type}/${imageName}`;
  }
}

import type { Image } from '@aws-sdk/client-imagebuilder';
import { ServiceError } from '../protocol/error';

/** An image pipeline with one recipe, and the finished bakes of it. It bakes nothing itself. */
export class Pipeline {
  private readonly builds = new Map<string, Image & { tags: Record<string, string> }>();

  constructor(private readonly options: { region: string; accountId: string; imageName: string }) {}

  get arn(): string {
    return this.arnOf('image-pipeline');
  }

  get recipeArn(): string {
    return `${this.arnOf('image-recipe')}/1.0.0`;
  }

  /** What the ARNs of all its images begin with. */
  get imageArnPrefix(): string {
    return `${this.arnOf('image')}/`;
  }

  /** The ARN of the next image build version: the builds of the one recipe count up. */
  nextArn(): string {
    return `${this.imageArnPrefix}1.0.0/${this.builds.size + 1}`;
  }

  /** Takes a finished bake over. */
  add(arn: string, image: string): void {
    const { region, accountId } = this.options;
    const outputResources = { amis: [{ region, accountId, image }] };
    this.builds.set(arn, { arn, state: { status: 'AVAILABLE' }, outputResources, tags: {} });
  }

  /** @throws ServiceError `ResourceNotFoundException` */
  tag(arn: string, tags: Record<string, string>): void {
    Object.assign(this.image(arn).tags, tags);
  }

  /** @throws ServiceError `ResourceNotFoundException` */
  image(arn: string): Image & { tags: Record<string, string> } {
    const build = this.builds.get(arn);
    if (build) return build;
    throw new ServiceError('ResourceNotFoundException', 'The image does not exist.', 404);
  }

  get images(): Image[] {
    return [...this.builds.values()];
  }

  private arnOf(type: 'image' | 'image-pipeline' | 'image-recipe'): string {
    const { region, accountId, imageName } = this.options;
    return `arn:aws:imagebuilder:${region}:${accountId}:${type}/${imageName}`;
  }
}

import { ImagebuilderClient } from '@aws-sdk/client-imagebuilder';
import { withSend } from '../lambda/with-send';
import { CallError, type Caller, type Chance } from './caller';

/** A bake of the pipeline. */
export interface Bake {
  arn: string;
  recipeArn: string;
  architecture: 'x86_64' | 'arm64';
  status: string;
  created: number;
  imageId?: string;
  tags: Record<string, string>;
}

const ACCOUNT = 'arn:aws:imagebuilder:eu-west-1:000000000000';
export const PIPELINE = `${ACCOUNT}:image-pipeline/jobs`;
export const IMAGE_PREFIX = `${ACCOUNT}:image/jobs/`;
const INFRASTRUCTURE = `${ACCOUNT}:infrastructure-configuration/jobs`;
const MINUTE = 60_000;

/** Image Builder with one pipeline: bakes that take their time, end well or not, and may be started twice. */
export class ImageBuilder {
  readonly bakes: Bake[] = [];
  /** The patch number of the present recipe, and what it bakes. */
  recipe = 0;
  architecture: Bake['architecture'] = 'x86_64';
  private readonly started = new Map<string, Bake>();
  private readonly builds = new Map<string, number>();
  private subnetId = 'subnet-00000001';
  /** Makes the AMI of a bake, and its launch template version. Returns the AMI's id. */
  onImage: (bake: Bake) => string = () => '';
  /** Told of every change of a bake's state. */
  onState: (bake: Bake) => void = () => undefined;

  constructor(private readonly chance: Chance) {}

  get recipeArn(): string {
    return `${ACCOUNT}:image-recipe/jobs/1.0.${this.recipe}`;
  }

  /** A new recipe, as a deploy makes it. */
  change(architecture: Bake['architecture']): void {
    this.recipe++;
    this.architecture = architecture;
  }

  start(token: string): Bake {
    const known = this.started.get(token);
    if (known) return known;
    const version = `1.0.${this.recipe}`;
    const build = (this.builds.get(version) ?? 0) + 1;
    this.builds.set(version, build);
    const arn = `${IMAGE_PREFIX}${version}/${build}`;
    const { recipeArn, architecture } = this;
    const bake: Bake = { arn, recipeArn, architecture, status: 'BUILDING', created: this.chance.clock.now, tags: {} };
    this.started.set(token, bake);
    this.bakes.push(bake);
    this.work(bake);
    return bake;
  }

  client(caller: Caller): ImagebuilderClient {
    return withSend(ImagebuilderClient, (command: { constructor: { name: string }; input: Record<string, unknown> }) =>
      caller.call('Image Builder', () => this.answer(command.constructor.name, command.input), { tries: 4 }),
    );
  }

  private work(bake: Bake): void {
    const { clock, random, faults } = this.chance;
    const fails = faults.happens('bake fails');
    clock.after(random.between(12, 30) * MINUTE, () => {
      if (bake.status !== 'BUILDING') return;
      if (fails) return this.move(bake, 'FAILED');
      bake.status = 'DISTRIBUTING';
      bake.imageId = this.onImage(bake);
      clock.after(random.between(0.5, 3) * MINUTE, () => this.move(bake, 'AVAILABLE'));
    });
  }

  private move(bake: Bake, status: string): void {
    bake.status = status;
    this.onState(bake);
  }

  private answer(command: string, input: Record<string, unknown>): object {
    switch (command.replace('Command', '')) {
      case 'GetImage':
        return { image: this.image(String(input.imageBuildVersionArn)) };
      case 'GetImagePipeline':
        return {
          imagePipeline: { imageRecipeArn: this.recipeArn, infrastructureConfigurationArn: INFRASTRUCTURE },
        };
      case 'GetInfrastructureConfiguration':
        return { infrastructureConfiguration: { arn: INFRASTRUCTURE, subnetId: this.subnetId } };
      case 'UpdateInfrastructureConfiguration':
        this.subnetId = String(input.subnetId);
        return {};
      case 'ListImagePipelineImages':
        return { imageSummaryList: this.bakes.map((bake) => this.summary(bake)) };
      case 'TagResource':
        Object.assign(this.find(String(input.resourceArn)).tags, input.tags);
        return {};
      case 'StartImagePipelineExecution':
        return { imageBuildVersionArn: this.start(String(input.clientToken)).arn };
      default:
        throw new Error(`the simulation has no ${command}`);
    }
  }

  private find(arn: string): Bake {
    const bake = this.bakes.find((one) => one.arn === arn);
    if (!bake) throw new CallError('ResourceNotFoundException', arn, 404);
    return bake;
  }

  private summary({ arn, status, created }: Bake) {
    return { arn, state: { status }, dateCreated: new Date(created).toISOString() };
  }

  private image(arn: string): object {
    const bake = this.find(arn);
    return {
      ...this.summary(bake),
      state: { status: bake.status, reason: 'a step failed' },
      imageRecipe: { arn: bake.recipeArn },
      outputResources: { amis: bake.imageId ? [{ region: 'eu-west-1', image: bake.imageId }] : [] },
      tags: { ...bake.tags },
    };
  }
}

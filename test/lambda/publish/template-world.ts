import { EC2Client, type RequestLaunchTemplateData } from '@aws-sdk/client-ec2';
import { HANDLERS } from 'aws-emulator/ec2/handlers';
import { emptyState } from 'aws-emulator/ec2/state';
import type { World } from 'aws-emulator/ec2/world';
import { type Architecture, architectureOf } from '../../../contract/instance-types';
import { BAKED_PACKAGES_TAG, PYTHON_TAG } from '../../../contract/tags';
import type { Bakes } from '../../../lambda/publish/bakes';
import type { Incoming } from '../../../lambda/publish/decide';
import { publish } from '../../../lambda/publish/publish';
import { type BakePublisher, publishBake, publishMissedBake } from '../../../lambda/publish/publish-bake';
import { readTemplate } from '../../../lambda/publish/read-template';
import { recipeOfBuild } from '../../../lambda/publish/recipe';
import { defaultOf, hasImage, type TemplateState, type TemplateVersion } from '../../../lambda/publish/template';
import { withSend } from '../with-send';
import { IMAGES, RECIPES } from './fixture';

/** Where a publisher dies: at its nth write (from 1), before EC2 has done it or after. */
export interface Crash {
  atWrite: number;
  after: boolean;
}

/** What every version of CloudFormation's has beside its settings. */
const BESIDE: RequestLaunchTemplateData = {
  EbsOptimized: false,
  IamInstanceProfile: { Name: 'runner' },
  BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: true, KmsKeyId: 'alias/aws/ebs' } }],
};

/**
 * How EC2's copy of a version may differ from its source: CreateLaunchTemplateVersion documents what a copy inherits,
 * and not that it is told in the same words.
 */
export const COPIES = {
  'are exact': (data) => data,
  'gain a field': (data) => ({ ...data, DisableApiStop: false }),
  'lose a field': ({ EbsOptimized: _lost, ...data }) => data,
  'have a field rewritten': (data) => ({
    ...data,
    IamInstanceProfile: { Arn: 'arn:aws:iam::000000000000:instance-profile/runner' },
  }),
  'name the key itself for its alias': ({ BlockDeviceMappings = [], ...data }) => ({
    ...data,
    BlockDeviceMappings: BlockDeviceMappings.map(({ Ebs, ...device }) => ({
      ...device,
      Ebs: { ...Ebs, KmsKeyId: 'arn:aws:kms:eu-west-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab' },
    })),
  }),
  'differ each time': (data, nth) => ({ ...data, KeyName: `key-${nth}` }),
} satisfies Record<string, (data: RequestLaunchTemplateData, nth: number) => RequestLaunchTemplateData>;
export type Copies = keyof typeof COPIES;

/** A bake, with the marks that publishing gives it. */
interface Build {
  imageId: string;
  status: string;
  created: number;
  handled: boolean;
  told: boolean;
}

/**
 * A launch template in the emulated EC2 with everybody who writes to it, called without HTTP in between, so that
 * hundreds of histories can be played. Settings are an instance type here: one value, told apart at sight.
 */
export class TemplateWorld {
  readonly templateId: string;
  crash: Crash | undefined;
  private readonly world: World;
  /** The patch number of the recipe that the pipeline has: of 1.0.0 at first. */
  recipe = 0;
  /** What that recipe bakes. */
  baked: { architecture?: Architecture; pythonVersion?: string; systemPackages?: string } = {};
  /** Every bake by its ARN, oldest first. */
  readonly builds = new Map<string, Build>();
  private readonly altered = new Set<number>();
  private time = 0;
  private fresh = 0;

  constructor(
    settings = 'first',
    private readonly copies: Copies = 'are exact',
  ) {
    const now = () => new Date(Date.UTC(2026, 0, 1) + 1000 * this.time++);
    // What launch templates and images need of a world; no instance is started in it.
    this.world = { region: 'eu-west-1', accountId: '000000000000', state: emptyState(), now } as World;
    const input = { LaunchTemplateName: 'jobs', LaunchTemplateData: { ...BESIDE, InstanceType: settings } };
    const { LaunchTemplate } = this.call('CreateLaunchTemplate', input) as {
      LaunchTemplate: { LaunchTemplateId: string };
    };
    this.templateId = LaunchTemplate.LaunchTemplateId;
  }

  readonly ec2 = withSend(EC2Client, async (command: { constructor: { name: string }; input: object }) => {
    const action = command.constructor.name.replace('Command', '');
    const call = () => this.call(action, command.input);
    return /^(Create|Modify)/.test(action) ? this.write(call) : call();
  });

  /** Image Builder, as far as publishing goes. */
  readonly bakes: Bakes = {
    finished: async (buildArn) => {
      const build = this.builds.get(buildArn);
      return build?.status === 'AVAILABLE' ? { ...build, recipeArn: recipeOfBuild(buildArn) } : undefined;
    },
    currentRecipe: async () => `${RECIPES}1.0.${this.recipe}`,
    list: async () => [...this.builds].map(([buildArn, { status, created }]) => ({ buildArn, status, created })),
    failure: async (buildArn) => {
      const build = this.builds.get(buildArn);
      if (!build || build.status === 'AVAILABLE') return undefined;
      return { status: build.status, reason: 'no package popler', told: build.told };
    },
    markTold: async (buildArn) => {
      const build = this.builds.get(buildArn);
      if (build) build.told = true;
    },
    markHandled: async (buildArn) => {
      const build = this.builds.get(buildArn);
      if (build) this.write(() => Object.assign(build, { handled: true }));
    },
    start: async () => undefined,
    cancel: async () => undefined,
    moveToNextSubnet: async () => undefined,
  };

  private write<T>(call: () => T): T {
    if (!this.crash || --this.crash.atWrite > 0) return call();
    const { after } = this.crash;
    this.crash = undefined;
    if (after) call();
    throw new Error('the publisher died');
  }

  /** The publisher, called for an event. False when it died. */
  async publish(incoming: Incoming, crash?: Crash): Promise<boolean> {
    this.crash = crash && { ...crash };
    try {
      if (incoming.origin === 'bake') await publishBake(this.publisher, this.arnOf(incoming.imageId));
      else await publish(this.publisher, incoming);
      return true;
    } catch (error) {
      if ((error as Error).message === 'the publisher died') return false;
      throw error;
    } finally {
      this.crash = undefined;
    }
  }

  /** The publisher, called on its schedule. */
  async schedule(): Promise<void> {
    await publishMissedBake(this.publisher);
    await publish(this.publisher, { origin: 'operator' });
  }

  private get publisher(): BakePublisher {
    const logger = { info: () => undefined, warn: () => undefined };
    const { ec2, bakes, templateId } = this;
    return { ec2, bakes, templateId, logger, pause: async () => undefined };
  }

  state(): Promise<TemplateState> {
    return readTemplate(this.ec2, this.templateId);
  }

  /** The default version as a person sees it. */
  async default(): Promise<{ number: number; settings: string; image: string | undefined; launchable: boolean }> {
    const state = await this.state();
    const { number, data } = defaultOf(state);
    return {
      number,
      settings: data.InstanceType ?? '',
      image: data.ImageId,
      launchable: hasImage(state, defaultOf(state)),
    };
  }

  /** CloudFormation writes what its template says. Returns the number. */
  deploy(settings: string, tags: Readonly<Record<string, string>> = {}): number {
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    const TagSpecifications = Tags.length > 0 ? [{ ResourceType: 'instance' as const, Tags }] : undefined;
    return this.createVersion({ LaunchTemplateData: { ...BESIDE, InstanceType: settings, TagSpecifications } });
  }

  /**
   * Image Builder makes an AMI of the pipeline's recipe and a candidate version of it, a copy of one that AWS does not
   * document.
   */
  bake(
    source: '$Default' | '$Latest' | '1',
    { candidate = true, status = 'AVAILABLE', created = Date.now() } = {},
  ): string {
    const version = `${IMAGES}1.0.${this.recipe}/`;
    const before = [...this.builds.keys()].filter((arn) => arn.startsWith(version)).length;
    const arn = `${version}${before + 1}`;
    const imageId = this.newImage(arn, this.baked);
    this.builds.set(arn, { imageId, status, created, handled: false, told: false });
    if (candidate) this.createVersion({ SourceVersion: source, LaunchTemplateData: { ImageId: imageId } });
    return imageId;
  }

  /** An AMI that no bake made, when there is no ARN. */
  newImage(buildArn?: string, { architecture, pythonVersion, systemPackages }: TemplateWorld['baked'] = {}): string {
    const imageId = `ami-${String(++this.fresh).padStart(17, '0')}`;
    this.world.state.images.set(imageId, {
      id: imageId,
      name: imageId,
      rootDir: '/image',
      architecture,
      createTime: this.world.now().toISOString(),
      tags: {
        ...(buildArn && { Ec2ImageBuilderArn: buildArn }),
        ...(pythonVersion && { [PYTHON_TAG]: pythonVersion }),
        ...(systemPackages && { [BAKED_PACKAGES_TAG]: systemPackages }),
      },
    });
    return imageId;
  }

  deleteImage(imageId: string): void {
    this.world.state.images.delete(imageId);
  }

  exists(imageId: string | undefined): boolean {
    return imageId !== undefined && this.world.state.images.get(imageId) !== undefined;
  }

  /** Whether an image exists that EC2 would start with these settings. */
  boots(imageId: string | undefined, settings: string): boolean {
    const image = this.world.state.images.get(imageId ?? '');
    return image !== undefined && (image.architecture ?? 'x86_64') === architectureOf(settings);
  }

  /**
   * The image that settings get whose own is gone or cannot start with them: the newest of a good bake, if there is one
   * of the pipeline's recipe, and one that no bake made only if there is no other.
   */
  async replacementFor(settings: string): Promise<string | undefined> {
    const rank = (id: string) => (this.isOfRecipe(id) ? 2 : this.bakeNumber(id) === undefined ? 0 : 1);
    // Ids count up.
    return [...(await this.state()).images.keys()]
      .filter(
        (id) => this.boots(id, settings) && (this.builds.get(this.arnOf(id))?.status ?? 'AVAILABLE') === 'AVAILABLE',
      )
      .sort((a, b) => rank(b) - rank(a) || (a < b ? 1 : -1))[0];
  }

  /** Which bake it was, from 0, or undefined for an AMI that no bake made. */
  bakeNumber(imageId: string | undefined): number | undefined {
    const index = [...this.builds.values()].findIndex((build) => build.imageId === imageId);
    return index < 0 ? undefined : index;
  }

  /** Whether a bake is of the recipe that the pipeline has at present. */
  isOfRecipe(imageId: string): boolean {
    return this.buildOf(imageId)?.startsWith(`${IMAGES}1.0.${this.recipe}/`) ?? false;
  }

  isHandled(imageId: string): boolean {
    return this.builds.get(this.arnOf(imageId))?.handled ?? false;
  }

  /** The newest good bake of the pipeline's recipe whose AMI exists, unless somebody has handled it. */
  missedBake(): string | undefined {
    const newest = [...this.builds.values()]
      .filter(({ imageId, status }) => status === 'AVAILABLE' && this.isOfRecipe(imageId) && this.exists(imageId))
      .at(-1);
    return newest?.handled === false ? newest.imageId : undefined;
  }

  /** An operator writes a version of his own and says nothing about it. Returns the number. */
  operatorVersion(settings: string | undefined, imageId: string | undefined): number {
    return this.createVersion({
      SourceVersion: '$Default',
      LaunchTemplateData: { ...(settings && { InstanceType: settings }), ...(imageId && { ImageId: imageId }) },
    });
  }

  moveDefault(version: number): void {
    this.call('ModifyLaunchTemplate', { LaunchTemplateId: this.templateId, DefaultVersion: String(version) });
  }

  async version(number: number): Promise<TemplateVersion> {
    return (await this.state()).versions.find((one) => one.number === number) as TemplateVersion;
  }

  /** The ARN of the bake that made an AMI. */
  arnOf(imageId: string): string {
    return this.buildOf(imageId) ?? '';
  }

  private buildOf(imageId: string): string | undefined {
    return [...this.builds].find(([, build]) => build.imageId === imageId)?.[0];
  }

  private createVersion(input: object): number {
    const answer = this.call('CreateLaunchTemplateVersion', { LaunchTemplateId: this.templateId, ...input });
    return (answer as { LaunchTemplateVersion: { VersionNumber: number } }).LaunchTemplateVersion.VersionNumber;
  }

  private call(action: string, input: object): object {
    const handle = HANDLERS[action as keyof typeof HANDLERS];
    const answer = handle(structuredClone(input) as never, this.world, {
      accessKeyId: 'AKIALOCALTEST',
    } as never) as object;
    if (action === 'CreateLaunchTemplateVersion' && 'SourceVersion' in input) this.alterCopy(answer);
    return answer;
  }

  /** EC2 tells the newest version in its own words. A call with the same token again made none. */
  private alterCopy(answer: { LaunchTemplateVersion?: { VersionNumber?: number } }): void {
    const template = this.world.state.templates.get(this.templateId);
    const copy = template?.versions.find(
      ({ VersionNumber }) => VersionNumber === answer.LaunchTemplateVersion?.VersionNumber,
    );
    if (!copy || this.altered.has(copy.VersionNumber)) return;
    this.altered.add(copy.VersionNumber);
    const data = copy.LaunchTemplateData as RequestLaunchTemplateData;
    copy.LaunchTemplateData = COPIES[this.copies](data, copy.VersionNumber) as typeof copy.LaunchTemplateData;
  }
}

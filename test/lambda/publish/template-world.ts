import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { Incoming } from '../../../lambda/publish/decide';
import { publish, type TemplateWriter } from '../../../lambda/publish/publish';
import { readTemplate } from '../../../lambda/publish/read-template';
import { defaultOf, hasImage, type TemplateState, type TemplateVersion } from '../../../lambda/publish/template';
import { ACTIONS } from '../../../local/ec2/actions';
import { openState } from '../../../local/ec2/state';
import type { World } from '../../../local/ec2/world';

/** Where a publisher dies: at its nth write (from 1), before EC2 has done it or after. */
export interface Crash {
  atWrite: number;
  after: boolean;
}

/**
 * A launch template in the EC2 stand-in with everybody who writes to it, called without HTTP in between, so that
 * hundreds of histories can be played. Settings are an instance type here: one value, told apart at sight.
 */
export class TemplateWorld {
  readonly dir = fs.mkdtempSync(path.join(os.tmpdir(), 'publish-test-'));
  readonly templateId: string;
  crash: Crash | undefined;
  private readonly world: World;
  private time = 0;
  private bakes = 0;
  private fresh = 0;

  constructor(settings = 'first') {
    const now = () => new Date(Date.UTC(2026, 0, 1) + 1000 * this.time++);
    // What launch templates and images need of a world; no instance is started in it.
    this.world = { region: 'eu-west-1', accountId: '000000000000', state: openState(this.dir), now } as World;
    const input = { LaunchTemplateName: 'jobs', LaunchTemplateData: { InstanceType: settings } };
    const { LaunchTemplate } = this.call('CreateLaunchTemplate', input) as {
      LaunchTemplate: { LaunchTemplateId: string };
    };
    this.templateId = LaunchTemplate.LaunchTemplateId;
  }

  close(): void {
    fs.rmSync(this.dir, { recursive: true, force: true });
  }

  readonly ec2 = {
    send: async (command: { constructor: { name: string }; input: object }) => {
      const action = command.constructor.name.replace('Command', '');
      const writes = /^(Create|Modify)/.test(action);
      if (writes && this.crash && --this.crash.atWrite === 0) {
        const { after } = this.crash;
        this.crash = undefined;
        if (after) this.call(action, command.input);
        throw new Error('the publisher died');
      }
      return this.call(action, command.input);
    },
  } as unknown as Pick<EC2Client, 'send'>;

  /** The publisher, called for an event. False when it died. */
  async publish(incoming: Incoming, crash?: Crash): Promise<boolean> {
    const writer: TemplateWriter = {
      ec2: this.ec2,
      templateId: this.templateId,
      logger: { info: () => undefined },
      pause: async () => undefined,
    };
    this.crash = crash && { ...crash };
    try {
      const baked =
        incoming.origin === 'bake' ? { imageId: incoming.imageId, buildArn: this.arnOf(incoming.imageId) } : undefined;
      await publish(writer, incoming, baked);
      return true;
    } catch (error) {
      if ((error as Error).message === 'the publisher died') return false;
      throw error;
    } finally {
      this.crash = undefined;
    }
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
  deploy(settings: string): number {
    return this.createVersion({ LaunchTemplateData: { InstanceType: settings } });
  }

  /** Image Builder makes an AMI and a candidate version of it, a copy of one that AWS does not document. */
  bake(source: '$Default' | '$Latest' | '1', candidate = true): string {
    const imageId = this.newImage(`arn:aws:imagebuilder:eu-west-1:000000000000:image/jobs/1.0.${this.bakes++}/1`);
    if (candidate) this.createVersion({ SourceVersion: source, LaunchTemplateData: { ImageId: imageId } });
    return imageId;
  }

  /** An AMI that no bake made, when there is no ARN. */
  newImage(buildArn?: string): string {
    const imageId = `ami-${String(++this.fresh).padStart(17, '0')}`;
    this.world.state.images.put(imageId, {
      id: imageId,
      name: imageId,
      rootDir: '/image',
      createTime: this.world.now().toISOString(),
      tags: buildArn ? { Ec2ImageBuilderArn: buildArn } : {},
    });
    return imageId;
  }

  deleteImage(imageId: string): void {
    this.world.state.images.delete(imageId);
  }

  exists(imageId: string | undefined): boolean {
    return imageId !== undefined && this.world.state.images.get(imageId) !== undefined;
  }

  /** The number of a bake, or undefined for an AMI that no bake made. */
  bakeNumber(imageId: string | undefined): number | undefined {
    const arn = this.arnOf(imageId ?? '');
    return arn === '' ? undefined : Number(/1\.0\.(\d+)/.exec(arn)?.[1]);
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

  private arnOf(imageId: string): string {
    return this.world.state.images.get(imageId)?.tags.Ec2ImageBuilderArn ?? '';
  }

  private createVersion(input: object): number {
    const answer = this.call('CreateLaunchTemplateVersion', { LaunchTemplateId: this.templateId, ...input });
    return (answer as { LaunchTemplateVersion: { VersionNumber: number } }).LaunchTemplateVersion.VersionNumber;
  }

  private call(action: string, input: object): object {
    const run = ACTIONS.get(action);
    if (!run) throw new Error(`the stand-in does not know ${action}`);
    return run(this.world, structuredClone(input) as never);
  }
}

import type { JobSystem } from '../../cli/jobs/job-system';
import { stopJob } from '../../cli/jobs/stop-job';
import { outputKeys } from '../../contract/keys';
import { Caller } from './caller';
import { ec2Client } from './ec2-client';
import type { Functions } from './functions';
import { s3Client } from './s3-client';
import { BUCKET, type Services, STACK } from './services';
import { answersTo } from './stack-requests';

/** What a launch template version says of an instance. */
interface VersionSettings {
  type: string;
  timeout: string;
}

const MINUTE = 60_000;
const TYPES = ['m7i.large', 'm7i.xlarge', 'm7g.large'] as const;
const TIMEOUTS = ['10m', '30m', '1h', '2h'] as const;

/** Everything that people do to a stack: with their own hands, with the command line's code, and with CloudFormation. */
export class Operators {
  private readonly caller: Caller;
  private count = 0;
  /** Of the last deploy that stands, which a roll-back writes again. */
  private deployed: VersionSettings;
  private deployedVersion = 1;
  private isDeploying = false;

  constructor(
    private readonly services: Services,
    private readonly functions: Functions,
  ) {
    this.caller = new Caller('operator', services.chance);
    this.deployed = { type: 'm7i.large', timeout: `${services.settings.timeout}s` };
  }

  /** The first deploy: the template without an image, the publisher's custom resource, the first bake. */
  async create(): Promise<void> {
    const { ec2 } = this.services;
    const data = this.data(this.deployed);
    const input = { LaunchTemplateName: 'jobs', LaunchTemplateData: data };
    const { LaunchTemplate } = ec2.template('CreateLaunchTemplate', input) as {
      LaunchTemplate: { LaunchTemplateId: string };
    };
    this.services.templateId = LaunchTemplate.LaunchTemplateId;
    await this.request('Create', 1);
    this.services.stackStatus = 'CREATE_COMPLETE';
  }

  /** A version of CloudFormation's, and what the publisher makes of it; taken back again when the deploy fails. */
  async deploy(): Promise<void> {
    if (this.isDeploying) return;
    this.isDeploying = true;
    const { chance, imageBuilder, history } = this.services;
    const before = { settings: this.deployed, version: this.deployedVersion, recipe: imageBuilder.recipeArn };
    const settings = this.newSettings();
    const hasNewRecipe = isArm(settings) !== isArm(before.settings) || chance.random.chance(0.3);
    if (hasNewRecipe) imageBuilder.change(isArm(settings) ? 'arm64' : 'x86_64');
    this.services.stackStatus = 'UPDATE_IN_PROGRESS';
    const version = this.write(settings);
    history.note('deploys', settings, `version ${version}`);
    const isAnswered = await this.request('Update', version, before.version, before.recipe);
    if (isAnswered && !chance.faults.happens('deploy taken back')) {
      Object.assign(this, { deployed: settings, deployedVersion: version });
      this.services.stackStatus = 'UPDATE_COMPLETE';
    } else await this.takeBack(before, version, hasNewRecipe);
    this.isDeploying = false;
  }

  private async takeBack(
    before: { settings: VersionSettings; recipe: string },
    version: number,
    hadNewRecipe: boolean,
  ): Promise<void> {
    const { chance, imageBuilder, history } = this.services;
    const failedRecipe = imageBuilder.recipeArn;
    await chance.clock.sleep(chance.random.between(1_000, 5 * MINUTE));
    this.services.stackStatus = 'UPDATE_ROLLBACK_IN_PROGRESS';
    if (hadNewRecipe) imageBuilder.change(isArm(before.settings) ? 'arm64' : 'x86_64');
    const again = this.write(before.settings);
    history.note('takes the deploy back', `version ${again}`);
    await this.request('Update', again, version, failedRecipe);
    this.deployedVersion = again;
    this.services.stackStatus = 'UPDATE_ROLLBACK_COMPLETE';
  }

  /** Whoever writes a version of his own and makes it the default (`settings set`). */
  override(): void {
    const { ec2, history, templateId } = this.services;
    const { number } = ec2.defaultData(templateId);
    const version = this.createVersion({ SourceVersion: String(number), LaunchTemplateData: this.overridden() });
    this.makeDefault(version);
    history.note('overrides', `version ${version}`);
  }

  /** Moves the default to an older version (`rollback`). */
  rollBack(): void {
    const { ec2, chance, history, templateId } = this.services;
    const { number } = ec2.defaultData(templateId);
    if (number < 2) return;
    const to = 1 + Math.floor(chance.random.next() * (number - 1));
    const { data } = ec2.defaultData(templateId, String(to));
    if (!data.ImageId || !ec2.images.has(data.ImageId)) return;
    this.makeDefault(to);
    history.note('rolls back', `version ${to}`);
  }

  /** Somebody, or a lifecycle policy, takes an AMI away. */
  deleteImage(): void {
    const { ec2, chance, history } = this.services;
    const id = chance.random.pick([...ec2.images.keys()]);
    if (id) ec2.images.delete(id);
    history.note('deletes', id);
  }

  bake(): void {
    this.services.imageBuilder.start(`by hand ${++this.count}`);
  }

  /** An upload of a job's input. */
  upload(key: string): void {
    this.services.objects.put(key, `input ${++this.count}`, 'operator');
  }

  /** Somebody takes the record of a job away, or writes something else over it. */
  spoilStatus(jobId: string, how: 'taken away' | 'written over'): void {
    const { chance, objects, history } = this.services;
    const { status } = outputKeys(jobId);
    if (!objects.current(status)) return;
    history.spoiled.set(jobId, [...(history.spoiled.get(jobId) ?? []), chance.clock.now]);
    if (how === 'taken away') objects.delete(status, 'somebody');
    else objects.put(status, chance.random.pick(['', 'done', '{"state": "SUCC']), 'somebody');
    history.note(`status ${how}`, jobId);
  }

  /** `lambda-ec2 stop`. */
  async cancel(jobId: string): Promise<void> {
    const { chance, buckets, ec2, history, templateId } = this.services;
    const s3 = s3Client(this.caller, buckets, chance);
    const system = { s3, bucket: BUCKET, name: STACK, templateId } as JobSystem;
    history.stops.set(jobId, [...(history.stops.get(jobId) ?? []), chance.clock.now]);
    history.note('stops', jobId);
    try {
      await stopJob(system, ec2Client(this.caller, ec2), jobId, { who: 'somebody' });
    } catch (error) {
      history.note('could not stop', jobId, (error as Error).message);
    }
  }

  private newSettings(): VersionSettings {
    const { random } = this.services.chance;
    return { type: random.pick(TYPES), timeout: random.pick(TIMEOUTS) };
  }

  private overridden(): object {
    const { random } = this.services.chance;
    const data = this.data({ type: this.deployed.type, timeout: random.pick(TIMEOUTS) });
    return random.chance(0.5) ? data : { TagSpecifications: data.TagSpecifications };
  }

  private data({ type, timeout }: VersionSettings) {
    return {
      InstanceType: type,
      InstanceInitiatedShutdownBehavior: 'terminate',
      InstanceMarketOptions: this.services.settings.isSpot ? { MarketType: 'spot' } : undefined,
      TagSpecifications: [
        {
          ResourceType: 'instance',
          Tags: [
            { Key: 'lambda-ec2:stack', Value: STACK },
            { Key: 'ec2_timeout', Value: timeout },
          ],
        },
      ],
    };
  }

  private write(settings: VersionSettings): number {
    return this.createVersion({ LaunchTemplateData: this.data(settings) });
  }

  private createVersion(input: object): number {
    const { ec2, templateId } = this.services;
    const answer = ec2.template('CreateLaunchTemplateVersion', { LaunchTemplateId: templateId, ...input });
    return (answer as { LaunchTemplateVersion: { VersionNumber: number } }).LaunchTemplateVersion.VersionNumber;
  }

  private makeDefault(version: number): void {
    const { ec2, templateId } = this.services;
    ec2.template('ModifyLaunchTemplate', { LaunchTemplateId: templateId, DefaultVersion: String(version) });
  }

  /** A request of CloudFormation's to the custom resource; true when it was answered with success in time. */
  private async request(
    type: 'Create' | 'Update',
    version: number,
    before?: number,
    recipe?: string,
  ): Promise<boolean> {
    const { imageBuilder } = this.services;
    const id = `request-${++this.count}`;
    const properties = (LatestVersionNumber: number, RecipeArn: string) => ({
      LatestVersionNumber: String(LatestVersionNumber),
      RecipeArn,
    });
    const request = {
      RequestType: type,
      ResponseURL: `https://cloudformation.example/${id}`,
      StackId: 'stack',
      RequestId: id,
      LogicalResourceId: 'Deploy',
      PhysicalResourceId: type === 'Create' ? undefined : 'deploy',
      ResourceProperties: properties(version, imageBuilder.recipeArn),
      OldResourceProperties: before === undefined ? undefined : properties(before, recipe ?? ''),
    };
    const answer = answersTo(this.services.chance.clock, request.ResponseURL);
    void this.functions.publish.invokeLater(request);
    return (await answer) === 'SUCCESS';
  }
}

const isArm = ({ type }: VersionSettings) => type.startsWith('m7g');

import { HANDLERS } from 'aws-emulator/ec2/handlers';
import { emptyState } from 'aws-emulator/ec2/state';
import type { World as TemplateWorld } from 'aws-emulator/ec2/world';
import { CallError, type Chance } from './caller';
import type { Instance } from './instances';
import { Instances, REASONS } from './instances';
import { RequestBucket } from './request-bucket';

/** A launch as it was asked for. */
export interface RunInstances {
  LaunchTemplate: { LaunchTemplateId: string; Version: string };
  ClientToken: string;
  UserData: string;
  SubnetId?: string;
  InstanceType?: string;
  TagSpecifications: { ResourceType: string; Tags: { Key: string; Value: string }[] }[];
}

interface VersionData {
  ImageId?: string;
  InstanceType?: string;
  InstanceMarketOptions?: object;
  TagSpecifications?: RunInstances['TagSpecifications'];
}

/** What EC2 does with the instances that it starts. */
interface Host {
  /** An instance was accepted. */
  accepted(instance: Instance): void;
  /** It is to end: its system has a while to shut down. */
  shutDown(instance: Instance): void;
}

/** EC2's buckets for RunInstances: of requests, and of instances. */
const REQUESTS = [5, 2] as const;
const LAUNCHES = [1000, 2] as const;
/** Milliseconds for which a token is known after the instance's end ("at least 24 hours"). */
const TOKEN_KEPT = 86_400_000;
const ARM = /^[a-z]+\d+g/;

/** EC2 of one account: launch templates and images as the emulator has them, instances with all that can go wrong. */
export class Ec2 {
  readonly instances: Instances;
  /** How many instances there may be at once. */
  quota = Number.POSITIVE_INFINITY;
  /** `subnet type` pairs that have no room at present, and those that never have. */
  readonly full = new Set<string>();
  readonly unsupported = new Set<string>();
  /** Told of each refused launch, with its user data. */
  onRefused: (code: string, userData: string) => void = () => undefined;
  /** Told of each launch that is asked for, with its client token. */
  onAsked: (token: string, launch: string) => void = () => undefined;
  host: Host = { accepted: () => undefined, shutDown: () => undefined };
  private readonly templates: TemplateWorld;
  private readonly tokens = new Map<string, { request: string; instance: Instance }>();
  private readonly requests: RequestBucket;
  private readonly launches: RequestBucket;

  constructor(private readonly chance: Chance) {
    const { clock } = chance;
    this.instances = new Instances(chance);
    this.requests = new RequestBucket(...REQUESTS, clock.now);
    this.launches = new RequestBucket(...LAUNCHES, clock.now);
    const now = () => new Date(clock.now);
    this.templates = { region: 'eu-west-1', accountId: '000000000000', state: emptyState(), now } as TemplateWorld;
  }

  get images() {
    return this.templates.state.images;
  }

  /** An action on launch templates or images. */
  template(action: string, input: object): object {
    const handle = HANDLERS[action as keyof typeof HANDLERS];
    try {
      return handle(structuredClone(input) as never, this.templates, {
        accessKeyId: 'AKIALOCALTEST',
      } as never) as object;
    } catch (error) {
      const { code, status = 400, message } = error as Error & { code: string; status?: number };
      throw new CallError(code ?? 'Defect', message, code ? status : 418);
    }
  }

  defaultData(templateId: string, version = '$Default'): { number: number; data: VersionData } {
    const input = { LaunchTemplateId: templateId, Versions: [version] };
    const { LaunchTemplateVersions } = this.template('DescribeLaunchTemplateVersions', input) as {
      LaunchTemplateVersions: { VersionNumber: number; LaunchTemplateData: VersionData }[];
    };
    const [found] = LaunchTemplateVersions;
    return { number: found?.VersionNumber ?? 0, data: found?.LaunchTemplateData ?? {} };
  }

  runInstances(input: RunInstances): Instance {
    const { clock, faults } = this.chance;
    try {
      if (!this.requests.take(clock.now) || faults.happens('EC2 request bucket empty'))
        throw new CallError('RequestLimitExceeded', 'Request limit exceeded.', 503);
      return this.launch(input);
    } catch (error) {
      this.onRefused((error as CallError).name, textOf(input));
      throw error;
    }
  }

  terminate(instance: Instance): void {
    if (instance.state === 'terminated' || instance.state === 'shutting-down') return;
    this.ending(instance, REASONS.user, 'shutting-down');
    this.host.shutDown(instance);
  }

  /** The instance begins to end, for a reason. */
  ending(instance: Instance, code: string, through: 'shutting-down' | 'stopping'): void {
    if (instance.state === 'shutting-down' || instance.state === 'terminated') return;
    const time = new Date(this.chance.clock.now).toISOString().slice(0, 19).replace('T', ' ');
    instance.reason = { Code: code, Message: code };
    instance.transition = code.startsWith('Client') ? `User initiated (${time} GMT)` : code;
    this.instances.move(instance, through);
  }

  find(id: string): Instance {
    const instance = this.instances.all.get(id);
    if (instance && this.instances.isVisible(instance)) return instance;
    throw new CallError('InvalidInstanceID.NotFound', `The instance ID '${id}' does not exist`, 400);
  }

  private launch(input: RunInstances): Instance {
    const scope = `${input.SubnetId} ${input.ClientToken}`;
    const request = JSON.stringify(input);
    this.onAsked(input.ClientToken, request);
    const known = this.knownToken(scope);
    if (known && known.request !== request) throw refusal('IdempotentParameterMismatch');
    if (known?.instance.state === 'terminated') throw refusal('IdempotentInstanceTerminated');
    if (known) return known.instance;
    const { LaunchTemplateId, Version } = input.LaunchTemplate;
    const { number, data } = this.defaultData(LaunchTemplateId, Version);
    const type = input.InstanceType ?? data.InstanceType ?? 'm7i.large';
    this.check(input, data, type);
    const instance = this.newInstance(input, data, type);
    instance.tags['aws:ec2launchtemplate:id'] = LaunchTemplateId;
    instance.tags['aws:ec2launchtemplate:version'] = String(number);
    this.tokens.set(scope, { request, instance });
    this.instances.add(instance);
    this.host.accepted(instance);
    return instance;
  }

  private knownToken(scope: string) {
    const known = this.tokens.get(scope);
    const { ended } = known?.instance ?? {};
    return ended !== undefined && this.chance.clock.now - ended > TOKEN_KEPT ? undefined : known;
  }

  private check({ SubnetId }: RunInstances, { ImageId }: VersionData, type: string): void {
    if (!ImageId) throw refusal('MissingParameter', 'The request must contain the parameter ImageId');
    const image = this.images.get(ImageId);
    if (!image) throw refusal('InvalidAMIID.NotFound', `The image id '[${ImageId}]' does not exist`);
    if ((image.architecture === 'arm64') !== ARM.test(type))
      throw refusal('InvalidParameterValue', 'The architecture of the instance type does not match that of the AMI');
    const place = `${SubnetId} ${type}`;
    if (this.unsupported.has(place)) throw refusal('Unsupported');
    if (this.full.has(place)) throw new CallError('InsufficientInstanceCapacity', 'no capacity', 500);
    if (this.quota < Number.POSITIVE_INFINITY && this.count() >= this.quota)
      throw refusal('VcpuLimitExceeded', 'You have requested more vCPU capacity');
    if (!this.launches.take(this.chance.clock.now)) throw new CallError('RequestLimitExceeded', 'resources', 503);
  }

  private count(): number {
    return [...this.instances.all.values()].filter(({ state }) => state !== 'terminated').length;
  }

  private newInstance(input: RunInstances, data: VersionData, type: string): Instance {
    const { clock, random, faults } = this.chance;
    return {
      id: `i-0${random.hex(16)}`,
      state: 'pending',
      launched: clock.now,
      tags: { ...tagsOf(data.TagSpecifications), ...tagsOf(input.TagSpecifications) },
      userData: textOf(input),
      imageId: data.ImageId ?? '',
      type,
      subnetId: input.SubnetId ?? '',
      spot: data.InstanceMarketOptions !== undefined,
      reason: undefined,
      transition: '',
      seenFrom: faults.happens('instance seen late') ? clock.now + random.spread(500, 30_000) : clock.now,
      shown: { state: 'pending', until: 0 },
      isNoLongerTagged: false,
      hasLostEvent: false,
    };
  }
}

function tagsOf(specifications: RunInstances['TagSpecifications'] = []): Record<string, string> {
  const tags = specifications.flatMap(({ ResourceType, Tags }) => (ResourceType === 'instance' ? Tags : []));
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}

function textOf({ UserData }: RunInstances): string {
  return Buffer.from(UserData, 'base64').toString();
}

function refusal(code: string, message = code): CallError {
  return new CallError(code, message, 400);
}

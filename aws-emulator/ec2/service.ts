import * as sdk from '@aws-sdk/client-ec2';
import { ec2Query } from '../protocol/query';
import { SdkService } from '../protocol/service';
import { dryRunSucceeded } from './errors';
import type { InstanceStateChange } from './events';
import { Ec2Faults, type Fault } from './faults';
import { HANDLERS, UNSUPPORTED } from './handlers';
import type { InstanceHost } from './host';
import { isId, newId } from './ids';
import { type EndReason, Lifecycle } from './lifecycle';
import { type Quota, roomIn } from './quota';
import { emptyState, type ImageRecord } from './state';
import { defaultSubnets } from './subnets';
import type { Tags } from './tags';
import type { SubnetRecord, World } from './world';

const NAMESPACE = 'http://ec2.amazonaws.com/doc/2016-11-15/';

/** Where the emulated EC2 is, and what runs its instances. */
export interface Ec2Options {
  region: string;
  /** Twelve digits. */
  accountId: string;
  /** Starts and stops the machines behind the instances. */
  host: InstanceHost;
  /** How many instances there may be at one time; any number when absent. */
  quota?: Quota;
  /** Told of every change of an instance's state, in order. Must not throw. */
  onStateChange?(event: InstanceStateChange): void;
  /** The clock; the machine's when absent. */
  now?(): Date;
}

/** EC2, as far as a launch template, its instances and their images go: the operations of `handlers.ts`. */
export class Ec2Service extends SdkService<typeof sdk, World> {
  private readonly world: World;

  constructor(options: Ec2Options) {
    const world = newWorld(options);
    const { faults } = world;
    super({
      name: 'ec2',
      protocol: ec2Query(sdk, NAMESPACE),
      handlers: HANDLERS,
      unsupported: UNSUPPORTED,
      context: world,
      async around({ operation, input, request }, handle) {
        faults.refuseCall(operation);
        // A launch is checked in full before its dry run succeeds; here that is worth it for nothing else.
        if (input.DryRun && operation !== 'RunInstances') throw dryRunSucceeded();
        const output = await handle();
        // A lost answer is one that was made and never arrived.
        if (faults.takeLostAnswer(operation)) request.req.socket.destroy();
        return output;
      },
    });
    this.world = world;
  }

  /** The default VPC's subnets, one in each Availability Zone. */
  get subnets(): readonly SubnetRecord[] {
    return this.world.subnets;
  }

  /**
   * Registers a folder as an AMI, as a finished bake does. With the id of an image that exists it is replaced, which
   * EC2 never does: for the local image that is made anew at each start.
   */
  addImage({ imageId = newId('ami'), ...image }: NewImage): string {
    if (!isId('ami', imageId)) throw new Error(`not an AMI id: ${imageId}`);
    const createTime = this.world.now().toISOString();
    this.world.state.images.set(imageId, { tags: {}, ...image, id: imageId, createTime });
    return imageId;
  }

  /** The images there are, with their folders. */
  get images(): ImageRecord[] {
    return [...this.world.state.images.values()];
  }

  /** The tags of an instance as they are now: what instance metadata shows. */
  tagsOf(instanceId: string): Tags {
    return { ...this.world.state.instances.get(instanceId)?.tags };
  }

  /** The host reports a machine that ended by itself. */
  instanceEnded(instanceId: string, reason: EndReason): void {
    this.world.lifecycle.ended(instanceId, reason);
  }

  /** How many more instances the quota allows now; undefined without one. */
  get room(): number | undefined {
    return roomIn(this.world);
  }

  /** Makes coming calls fail; see {@link Fault} for the ways they can. */
  failNext(fault: Fault): void {
    this.world.faults.add(fault);
  }

  /** Resolves when no machine is being started or stopped. */
  idle(): Promise<void> {
    return this.world.lifecycle.idle();
  }
}

type NewImage = Pick<ImageRecord, 'name' | 'rootDir' | 'description' | 'architecture'> & {
  imageId?: string;
  tags?: Tags;
};

function newWorld({ region, accountId, host, quota, onStateChange, now = () => new Date() }: Ec2Options): World {
  const state = emptyState();
  const lifecycle = new Lifecycle({ instances: state.instances, host, region, accountId, now, onStateChange });
  return {
    region,
    accountId,
    state,
    subnets: defaultSubnets(region),
    host,
    lifecycle,
    faults: new Ec2Faults(),
    quota,
    now,
  };
}

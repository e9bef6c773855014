import type { InstanceStateName } from '@aws-sdk/client-ec2';
import { type InstanceStateChange, instanceStateChange } from './events';
import type { InstanceHost } from './host';
import type { InstanceRecord, StateReasonRecord } from './state';

/** Why a machine ended by itself: its system powered off, Spot took it back, or the host lost it. */
export type EndReason = 'shutdown' | 'spot-interruption' | 'host-failure';

interface LifecycleOptions {
  instances: ReadonlyMap<string, InstanceRecord>;
  host: InstanceHost;
  region: string;
  accountId: string;
  now(): Date;
  onStateChange?(event: InstanceStateChange): void;
}

/** Moves instances from state to state, drives the host accordingly, and tells of every step. */
export class Lifecycle {
  private readonly options: LifecycleOptions;
  private readonly starting = new Map<string, Promise<void>>();
  private readonly underWay = new Set<Promise<void>>();

  constructor(options: LifecycleOptions) {
    this.options = options;
  }

  /**
   * Takes over an instance just launched, in `pending`. The caller gets its answer before the machine starts.
   *
   * @param diesWith the StateReason when EC2 is to give up on it before it ever runs
   */
  begin(instance: InstanceRecord, diesWith?: StateReasonRecord): void {
    this.moved(instance, 'pending');
    const starting = diesWith ? this.giveUp(instance.instanceId, diesWith) : this.start(instance);
    this.starting.set(instance.instanceId, starting);
    this.track(starting.finally(() => this.starting.delete(instance.instanceId)));
  }

  /** The caller ends the instance: `shutting-down` now, `terminated` once the host is done with it. */
  terminate(instanceId: string): void {
    const instance = this.get(instanceId);
    if (instance.state === 'terminated' || instance.state === 'shutting-down') return;
    this.end(instance, 'shutting-down', 'terminated');
  }

  /** The caller stops the instance: `stopping` now, `stopped` once the host is done with it. */
  stop(instanceId: string): void {
    const instance = this.get(instanceId);
    if (instance.state === 'running') this.end(instance, 'stopping', 'stopped');
  }

  /** The machine ended by itself. Nothing happens to an instance that is already on its way out. */
  ended(instanceId: string, reason: EndReason): void {
    const instance = this.get(instanceId);
    if (instance.state !== 'pending' && instance.state !== 'running') return;
    const stops = reason === 'shutdown' && instance.parameters.InstanceInitiatedShutdownBehavior !== 'terminate';
    instance.stateReason = END_REASONS[reason];
    instance.transitionReason = reason === 'host-failure' ? 'Server.InternalError' : userInitiated(this.options.now());
    this.move(instance, stops ? 'stopping' : 'shutting-down');
    this.move(instance, stops ? 'stopped' : 'terminated');
  }

  /** Resolves when no machine is being started or stopped. */
  async idle(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }

  private async start(instance: InstanceRecord): Promise<void> {
    // The answer to the launch goes first, as it does in AWS.
    await new Promise((resolve) => setImmediate(resolve));
    if (instance.state !== 'pending') return;
    try {
      await this.options.host.start({ ...instance });
      if (this.stateNow(instance) === 'pending') this.move(instance, 'running');
    } catch (error) {
      if (this.stateNow(instance) === 'pending') {
        this.fail(instance, { Code: 'Server.InternalError', Message: `Server.InternalError: ${messageOf(error)}` });
      }
    }
  }

  private async giveUp(instanceId: string, reason: StateReasonRecord): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    const instance = this.get(instanceId);
    if (instance.state === 'pending') this.fail(instance, reason);
  }

  /** From `pending` straight to `terminated`, which is what EC2 does with a launch that does not work out. */
  private fail(instance: InstanceRecord, reason: StateReasonRecord): void {
    instance.stateReason = reason;
    instance.transitionReason = reason.Code;
    this.move(instance, 'terminated');
  }

  private end(instance: InstanceRecord, through: InstanceStateName, to: InstanceStateName): void {
    instance.stateReason = STATE_REASONS.userInitiated;
    instance.transitionReason = userInitiated(this.options.now());
    this.move(instance, through);
    this.track(this.stopMachine(instance, through, to));
  }

  private async stopMachine(instance: InstanceRecord, from: InstanceStateName, to: InstanceStateName): Promise<void> {
    // A machine half started has to be all there before it can be taken down.
    await this.starting.get(instance.instanceId);
    try {
      await this.options.host.stop(instance.instanceId);
    } catch (error) {
      instance.transitionReason += `; the host could not stop it: ${messageOf(error)}`;
    }
    // One that is being stopped may have been terminated meanwhile.
    if (this.stateNow(instance) === from) this.move(instance, to);
  }

  /** Reads the state anew: while the host was at work, somebody may have ended the instance. */
  private stateNow(instance: InstanceRecord): InstanceStateName {
    return instance.state;
  }

  private move(instance: InstanceRecord, state: InstanceStateName): void {
    instance.state = state;
    this.moved(instance, state);
  }

  private moved(instance: InstanceRecord, state: InstanceStateName): void {
    const { onStateChange, now, region, accountId } = this.options;
    if (!onStateChange) return;
    const event = instanceStateChange({ region, accountId, time: now() }, instance.instanceId, state);
    // Later, so that a listener never runs in the middle of a transition.
    setImmediate(() => onStateChange(event));
  }

  private track(work: Promise<void>): void {
    this.underWay.add(work);
    void work.finally(() => this.underWay.delete(work));
  }

  private get(instanceId: string): InstanceRecord {
    const found = this.options.instances.get(instanceId);
    if (!found) throw new Error(`EC2 has no instance ${instanceId}`);
    return found;
  }
}

const STATE_REASONS = {
  userInitiated: {
    Code: 'Client.UserInitiatedShutdown',
    Message: 'Client.UserInitiatedShutdown: User initiated shutdown',
  },
} as const;

const END_REASONS: Readonly<Record<EndReason, StateReasonRecord>> = {
  shutdown: {
    Code: 'Client.InstanceInitiatedShutdown',
    Message: 'Client.InstanceInitiatedShutdown: Instance initiated shutdown',
  },
  'spot-interruption': {
    Code: 'Server.SpotInstanceTermination',
    Message: 'Server.SpotInstanceTermination: Spot instance termination',
  },
  'host-failure': {
    Code: 'Server.InternalError',
    Message: 'Server.InternalError: Internal error on launch or while running',
  },
};

function userInitiated(time: Date): string {
  return `User initiated (${time.toISOString().slice(0, 19).replace('T', ' ')} GMT)`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

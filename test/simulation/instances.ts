import type { Chance } from './caller';

export type InstanceState = 'pending' | 'running' | 'shutting-down' | 'terminated' | 'stopping' | 'stopped';

/** An instance of EC2. Times are milliseconds since 1970. */
export interface Instance {
  id: string;
  state: InstanceState;
  launched: number;
  tags: Record<string, string>;
  userData: string;
  imageId: string;
  type: string;
  subnetId: string;
  spot: boolean;
  reason: { Code: string; Message: string } | undefined;
  transition: string;
  /** Before it, descriptions leave the instance out. */
  seenFrom: number;
  /** Until then descriptions show the state before. */
  shown: { state: InstanceState; until: number };
  /** When it was terminated or is gone. */
  ended?: number;
  isNoLongerTagged: boolean;
  /** An event of its end was lost, or comes late. */
  hasLostEvent: boolean;
}

/** The causes that EC2 tells of ("StateReason", EC2 API Reference). */
export const REASONS = {
  user: 'Client.UserInitiatedShutdown',
  itself: 'Client.InstanceInitiatedShutdown',
  spot: 'Server.SpotInstanceTermination',
  host: 'Server.InternalError',
  retired: 'Server.ScheduledStop',
  capacity: 'Server.InsufficientInstanceCapacity',
} as const;

/**
 * What EC2 forgets, in milliseconds after the end: the tags, then the instance. Nothing documents when; what the guard
 * counts on is that tags are gone early only of an instance whose end EventBridge has told of, while S3 takes its notes.
 */
const TAGS_AFTER = [1_200_000, 3_000_000] as const;
const EARLY = [30_000, 600_000] as const;
const FORGOTTEN_AFTER = 3_600_000;

/** All instances of an account: their states, what descriptions show of them, and the events. */
export class Instances {
  readonly all = new Map<string, Instance>();
  private readonly byTag = new Map<string, Set<Instance>>();
  /** Told of every change, as EventBridge is. */
  onState: (instance: Instance) => void = () => undefined;

  constructor(private readonly chance: Chance) {}

  add(instance: Instance): void {
    this.all.set(instance.id, instance);
    for (const tag of Object.entries(instance.tags)) {
      const name = tag.join('=');
      const tagged = this.byTag.get(name) ?? new Set();
      this.byTag.set(name, tagged.add(instance));
    }
    this.onState(instance);
  }

  /** Those that a description shows, by tags (`NAME=VALUE`) and states. */
  visible(tags: readonly string[], states?: readonly string[]): Instance[] {
    const sets = tags.map((tag) => this.byTag.get(tag) ?? new Set<Instance>());
    const [smallest = this.all.values()] = sets.sort((a, b) => a.size - b.size);
    return [...smallest].filter(
      (one) =>
        this.isVisible(one) && sets.every((set) => set.has(one)) && (states?.includes(this.stateOf(one)) ?? true),
    );
  }

  isVisible({ seenFrom }: Instance): boolean {
    return seenFrom <= this.chance.clock.now;
  }

  /** The state that a description shows. */
  stateOf({ state, shown }: Instance): InstanceState {
    return shown.until > this.chance.clock.now ? shown.state : state;
  }

  move(instance: Instance, state: InstanceState): void {
    const { faults, clock, random } = this.chance;
    if (faults.happens('description behind'))
      instance.shown = { state: instance.state, until: clock.now + random.spread(500, 20_000) };
    instance.state = state;
    this.onState(instance);
    if (state === 'terminated') this.end(instance);
  }

  private end(instance: Instance): void {
    const { faults, clock, random, down } = this.chance;
    instance.ended = clock.now;
    const isTold = !instance.hasLostEvent && !down.has('S3') && instance.seenFrom <= instance.launched;
    const [least, most] = isTold && faults.happens('tags gone early') ? EARLY : TAGS_AFTER;
    clock.after(random.between(least, most), () => {
      this.untag(instance);
      instance.isNoLongerTagged = true;
    });
    clock.after(FORGOTTEN_AFTER, () => this.all.delete(instance.id));
  }

  private untag(instance: Instance): void {
    for (const tag of Object.entries(instance.tags)) {
      const name = tag.join('=');
      this.byTag.get(name)?.delete(instance);
      if (this.byTag.get(name)?.size === 0) this.byTag.delete(name);
    }
  }
}

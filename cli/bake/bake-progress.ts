import pc from 'picocolors';
import { Progress } from '../shared/progress';
import { type Bake, isFinal } from './bakes';
import type { StateChange } from './follow-bake';

/** `75` as `1 min 15 s`. */
export function minutes(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}

/** What Image Builder does in each state, for people. */
const MEANINGS: Readonly<Record<string, string>> = {
  PENDING: 'waits to begin',
  CREATING: 'starts the build instance',
  BUILDING: 'runs the components and takes the image',
  TESTING: 'starts the image and tests it',
  DISTRIBUTING: 'puts the image into the launch template',
  INTEGRATING: 'finishes',
};

/**
 * How a bake goes on: a line for each state with the time it took, and the time so far beside what it usually takes.
 */
export class BakeProgress extends Progress {
  private current?: { status: string; since: number };

  /** `usual`: how many seconds a state takes, by its name. */
  constructor(
    private readonly usual: Readonly<Record<string, number>>,
    stream?: NodeJS.WriteStream,
  ) {
    super(stream);
  }

  /** The bake has changed its state. */
  state(bake: Bake, previous?: StateChange): void {
    const now = Date.now();
    this.current = isFinal(bake) ? undefined : { status: bake.status, since: now };
    if (previous) this.line(`${pc.green('✓')} ${previous.status.padEnd(12)} ${minutes((now - previous.since) / 1000)}`);
    if (this.current && !this.isRedrawn) this.line(this.describe(this.current.status));
  }

  protected override waitingFor(): string {
    if (!this.current) return '';
    const { status, since } = this.current;
    return `${this.describe(status)} (${minutes((Date.now() - since) / 1000)} so far)`;
  }

  private describe(status: string): string {
    const usual = this.usual[status];
    const hint = usual === undefined ? '' : `, usually ${minutes(usual)}`;
    return `… ${status.padEnd(12)} ${MEANINGS[status] ?? ''}${hint}`;
  }
}

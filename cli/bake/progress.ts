import pc from 'picocolors';
import type { StateChange } from './follow';
import { type Bake, isFinal } from './image';

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
 * Tells how a bake goes on, on standard error: a line for each state with the time it took, and on a terminal one more
 * that is redrawn, with the time so far and what the state usually takes.
 */
export class BakeProgress {
  readonly #timer?: NodeJS.Timeout;
  #current?: { status: string; since: number };

  constructor(
    private readonly usual: Readonly<Record<string, number>>,
    private readonly stream: NodeJS.WriteStream = process.stderr,
  ) {
    if (stream.isTTY) this.#timer = setInterval(() => this.#draw(), 1000);
  }

  state(bake: Bake, previous?: StateChange): void {
    this.#clear();
    if (previous)
      this.note(`${pc.green('✓')} ${previous.status.padEnd(12)} ${minutes((Date.now() - previous.since) / 1000)}`);
    this.#current = isFinal(bake) ? undefined : { status: bake.status, since: Date.now() };
    if (this.#current && !this.stream.isTTY) this.note(this.#describe());
  }

  note(line: string): void {
    this.#clear();
    this.stream.write(`${line}\n`);
  }

  done(): void {
    clearInterval(this.#timer);
    this.#clear();
    this.#current = undefined;
  }

  #describe(): string {
    if (!this.#current) return '';
    const { status } = this.#current;
    const usual = this.usual[status];
    const hint = usual === undefined ? '' : `, usually ${minutes(usual)}`;
    return `… ${status.padEnd(12)} ${MEANINGS[status] ?? ''}${hint}`;
  }

  #draw(): void {
    if (!this.#current) return;
    this.#clear();
    const elapsed = minutes((Date.now() - this.#current.since) / 1000);
    this.stream.write(pc.dim(`${this.#describe()} (${elapsed} so far)`));
  }

  #clear(): void {
    if (this.stream.isTTY) this.stream.write('\r\u001b[2K');
  }
}

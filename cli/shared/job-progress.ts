import pc from 'picocolors';
import type { Status } from '../../contract/status';
import { printable } from './printable';
import { Progress } from './progress';

/** The phases in the order in which a job passes them; some run beside each other. */
const PHASES = ['boot', 'claim', 'source', 'input', 'environment', 'app', 'output'];

/** How a job goes on: a line for each phase that has ended, and the one that has not with the time so far. */
export class JobProgress extends Progress {
  private readonly began = Date.now();
  private readonly ended = new Set<string>();
  private said = '';
  private isWaiting = false;

  /** Shows what a status tells that the ones before did not. */
  update(status: Status): void {
    this.isWaiting = status.state === 'WAITING';
    if (this.isWaiting && status.message !== this.said) this.line(`waiting: ${printable(status.message)}`);
    this.said = status.message;
    for (const { name, seconds } of status.phases ?? []) {
      if (this.ended.has(name) || seconds === null) continue;
      this.ended.add(name);
      this.line(`${pc.green('✓')} ${name.padEnd(12)} ${seconds.toFixed(2).padStart(7)} s`);
    }
  }

  protected override waitingFor(): string {
    const phase = this.isWaiting ? 'waiting' : (PHASES.find((name) => !this.ended.has(name)) ?? 'shutdown');
    return `… ${phase} (${((Date.now() - this.began) / 1000).toFixed(0)} s)`;
  }
}

/** How long each phase of a job took, `-` for one that nobody ended, a line each below a heading. */
export function phaseTable({ phases }: Status): string[] {
  const rows = (phases ?? []).map(({ name, start, seconds }) => [
    name,
    start.slice(11, 19),
    seconds?.toFixed(2) ?? '-',
  ]);
  return [['phase', 'start', 'seconds'], ...rows].map(
    ([name = '', start = '', seconds = '']) => `${name.padEnd(12)} ${start.padEnd(9)} ${seconds.padStart(8)}`,
  );
}

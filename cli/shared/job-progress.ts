import pc from 'picocolors';
import type { Status } from '../../contract/status';

/** Tells how a job goes on while it runs. All of it goes to standard error: standard output is for the result. */
export interface Progress {
  note(line: string): void;
  update(status: Status): void;
  done(): void;
}

/** The phases in the order in which a job passes them; some run beside each other. */
const PHASES = ['boot', 'claim', 'source', 'input', 'environment', 'app', 'output'];

/** A line a phase. On a terminal, one more line that is redrawn shows what has begun and how long it is running. */
export function createProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  return stream.isTTY ? new TerminalProgress(stream) : new PlainProgress(stream);
}

class PlainProgress implements Progress {
  readonly #shown = new Set<string>();

  constructor(protected readonly stream: NodeJS.WriteStream) {}

  note(line: string): void {
    this.stream.write(`${line}\n`);
  }

  update(status: Status): void {
    for (const { name, seconds } of status.phases ?? []) {
      if (this.#shown.has(name) || seconds === null) continue;
      this.#shown.add(name);
      this.note(`${pc.green('✓')} ${name.padEnd(12)} ${seconds.toFixed(2).padStart(7)} s`);
    }
  }

  done(): void {}

  protected waitingFor(): string {
    const open = PHASES.filter((phase) => !this.#shown.has(phase));
    return open[0] ?? 'shutdown';
  }
}

class TerminalProgress extends PlainProgress {
  readonly #began = Date.now();
  readonly #timer: NodeJS.Timeout;

  constructor(stream: NodeJS.WriteStream) {
    super(stream);
    this.#timer = setInterval(() => this.#draw(), 200);
  }

  override note(line: string): void {
    this.#clear();
    super.note(line);
    this.#draw();
  }

  override done(): void {
    clearInterval(this.#timer);
    this.#clear();
  }

  #draw(): void {
    this.#clear();
    const seconds = ((Date.now() - this.#began) / 1000).toFixed(0);
    this.stream.write(pc.dim(`… ${this.waitingFor()} (${seconds} s)`));
  }

  #clear(): void {
    this.stream.write('\r\u001b[2K');
  }
}

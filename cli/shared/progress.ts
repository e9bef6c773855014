import pc from 'picocolors';

const REDRAW_MS = 200;

/**
 * How a command goes on, on standard error: standard output is for the result. Lines that stay, and on a terminal one
 * more below them that is redrawn while the command waits.
 */
export abstract class Progress {
  private timer?: NodeJS.Timeout;

  /** `quiet`: nothing is written. */
  constructor(
    private readonly stream: NodeJS.WriteStream = process.stderr,
    private readonly quiet = false,
  ) {
    if (stream.isTTY && process.env.TERM !== 'dumb' && !quiet) this.timer = setInterval(() => this.draw(), REDRAW_MS);
  }

  /** What the command waits for, as the line that is redrawn; empty for none. */
  protected abstract waitingFor(): string;

  /** Whether that line is shown. */
  protected get isRedrawn(): boolean {
    return this.timer !== undefined;
  }

  /** Writes a line that stays. */
  line(text: string): void {
    if (this.quiet) return;
    this.clear();
    this.stream.write(`${text}\n`);
    this.draw();
  }

  /** Takes the redrawn line away for good. */
  done(): void {
    clearInterval(this.timer);
    this.clear();
    this.timer = undefined;
  }

  private draw(): void {
    if (!this.timer) return;
    this.clear();
    this.stream.write(pc.dim(this.waitingFor()));
  }

  private clear(): void {
    if (this.timer) this.stream.write('\r\u001b[2K');
  }
}

import type { JobStore } from './job-list';
import { type LogFilter, LogLines } from './log-lines';
import { readEnd, readPart } from './read-log';

/** So much of a log is read at once. */
const PART_BYTES = 8 << 20;

export type WriteLines = (lines: string[]) => Promise<void>;

export interface LogOptions {
  filter?: LogFilter;
  /** So many of the lines that are there at first; all when absent. */
  tail?: number;
}

/** A log that grows, and that a further attempt begins anew. */
export class GrowingLog {
  private at = 0;
  private lines: LogLines;
  private hasBegun = false;

  constructor(
    private readonly store: JobStore,
    private readonly key: string,
    private readonly options: LogOptions,
  ) {
    this.lines = new LogLines(options.filter);
  }

  /** Writes the lines that are there and were not before. False when there is no log. */
  async writeNew(write: WriteLines): Promise<boolean> {
    const size = (await readPart(this.store, this.key, -1))?.end;
    if (size === undefined) return false;
    if (size < this.at) {
      this.at = 0;
      this.lines = new LogLines(this.options.filter);
    }
    const { tail } = this.options;
    if (this.hasBegun || tail === undefined) await this.readTo(size, write);
    else await write(await this.lastLines(size, tail));
    this.hasBegun = true;
    return true;
  }

  /** Writes what is left at the end of a log that does not end with a line break. */
  end(write: WriteLines): Promise<void> {
    return write(this.lines.end());
  }

  /** How many lines without a time were left out, although they may be of the time asked for. */
  get leftOut(): number {
    return this.lines.leftOut;
  }

  private async readTo(size: number, write: WriteLines): Promise<void> {
    while (this.at < size) {
      const part = await readPart(this.store, this.key, this.at, Math.min(PART_BYTES, size - this.at));
      // Another one has taken its place.
      if (!part?.bytes.length) return;
      this.at = part.end;
      await write(this.lines.add(part.bytes));
    }
  }

  private async lastLines(size: number, count: number): Promise<string[]> {
    const { since, timestamps } = this.options.filter ?? {};
    if (since === undefined && !timestamps) {
      const part = await readEnd(this.store, this.key, count);
      this.at = part?.end ?? 0;
      return part ? this.lines.add(part.bytes) : [];
    }
    // Which time a line has that bears none, only those before it can tell.
    let last: string[] = [];
    await this.readTo(size, async (lines) => {
      last = lastOf([...last, ...lines], count);
    });
    return lastOf(last, count - (this.lines.isWithin ? 1 : 0));
  }
}

const lastOf = (lines: string[], count: number) => lines.slice(Math.max(0, lines.length - Math.max(0, count)));

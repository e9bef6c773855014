/** A line of the runner begins with its time, in ISO 8601 in UTC; what an app or pip prints has none of its own. */
const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z) /;

export interface LogFilter {
  /** Only lines of this time or later, in milliseconds since 1970. */
  since?: number;
  /** Puts a time before lines that have none: that of the last line which has one. */
  timestamps?: boolean;
}

/**
 * Makes whole lines of the parts of a log as they come, and leaves out what is not asked for. A line without a time is
 * as old as the last one that has one.
 */
export class LogLines {
  private rest = '';
  private time = '';
  private unsure = 0;
  private readonly decoder = new TextDecoder();

  constructor(private readonly filter: LogFilter = {}) {}

  /** The lines that are whole by now. */
  add(bytes: Buffer): string[] {
    const lines = (this.rest + this.decoder.decode(bytes, { stream: true })).split('\n');
    this.rest = lines.pop() ?? '';
    return lines.flatMap((line) => this.shown(line));
  }

  /** How many lines without a time were left out that may be of the time asked for: those after the last older one. */
  get leftOut(): number {
    return this.unsure;
  }

  /** Whether a line has begun that does not end as yet. */
  get isWithin(): boolean {
    return this.rest !== '';
  }

  /** What is left at the end, where a log does not end with a line break. */
  end(): string[] {
    const rest = this.rest + this.decoder.decode();
    this.rest = '';
    return rest === '' ? [] : this.shown(rest);
  }

  private shown(line: string): string[] {
    const own = TIME.exec(line)?.[1];
    this.time = own ?? this.time;
    const { since, timestamps } = this.filter;
    if (since !== undefined && !(Date.parse(this.time) >= since)) {
      this.unsure = own === undefined ? this.unsure + 1 : 0;
      return [];
    }
    return [timestamps && own === undefined && this.time ? `${this.time} ${line}` : line];
  }
}

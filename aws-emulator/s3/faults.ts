/** An answer to give instead of doing what was asked. */
export interface Fault {
  /** HTTP method; absent: any. */
  readonly method?: string;
  /** Matched against the object key; absent: any request. */
  readonly keyPattern?: RegExp;
  /** HTTP status of the answer. */
  readonly status: number;
  /** S3 error code of the answer, such as `SlowDown`. */
  readonly code: string;
  /** How many requests fail; 1 when absent. */
  readonly count?: number;
}

/** The faults a test has asked for, in order; each request uses up at most one. */
export class Faults {
  private readonly pending: { fault: Fault; left: number }[] = [];

  add(fault: Fault): void {
    this.pending.push({ fault, left: fault.count ?? 1 });
  }

  /** The fault this request is to meet, if any. */
  take(method: string, key: string): Fault | undefined {
    const found = this.pending.find(
      ({ fault, left }) => left > 0 && (fault.method ?? method) === method && (fault.keyPattern?.test(key) ?? true),
    );
    if (!found) return undefined;
    found.left -= 1;
    if (found.left === 0) this.pending.splice(this.pending.indexOf(found), 1);
    return found.fault;
  }
}

/** One of EC2's token buckets for requests ("Request throttling for the Amazon EC2 API", EC2 Developer Guide). */
export class RequestBucket {
  private tokens: number;
  private filledAt: number;

  constructor(
    private readonly size: number,
    private readonly perSecond: number,
    now: number,
  ) {
    this.tokens = size;
    this.filledAt = now;
  }

  /** Whether there was a token. `now` in milliseconds. */
  take(now: number): boolean {
    this.tokens = Math.min(this.size, this.tokens + ((now - this.filledAt) / 1000) * this.perSecond);
    this.filledAt = now;
    if (this.tokens < 1) return false;
    this.tokens--;
    return true;
  }
}

/** Sequencers: 18 hexadecimal digits, as long as S3's, each greater than the one before. They begin with the time. */
export class Sequence {
  private last = 0n;

  next(): string {
    // 20 bits below the millisecond leave room for bursts without running ahead of the clock.
    const now = BigInt(Date.now()) << 20n;
    this.last = now > this.last ? now : this.last + 1n;
    return this.last.toString(16).toUpperCase().padStart(18, '0');
  }
}

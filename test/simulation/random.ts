import { hash } from 'node:crypto';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

/** All chance of a simulation comes from one of these: the same seed makes the same history. */
export class Random {
  private readonly generator: RandomGenerator;

  constructor(seed: number) {
    // Seeds that follow one another would begin almost alike.
    this.generator = xoroshiro128plus(Number.parseInt(hash('md5', String(seed)).slice(0, 8), 16));
  }

  /** From 0 to below 1. */
  next(): number {
    return (this.generator.next() >>> 0) / 2 ** 32;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  between(from: number, to: number): number {
    return from + this.next() * (to - from);
  }

  /** A number between, small ones as likely as large ones: durations that differ by powers of ten. */
  spread(from: number, to: number): number {
    return from * (to / from) ** this.next();
  }

  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.next() * list.length)] as T;
  }

  /** So many hexadecimal digits, for ids. */
  hex(digits: number): string {
    let text = '';
    while (text.length < digits) text += (this.generator.next() >>> 0).toString(16).padStart(8, '0');
    return text.slice(0, digits);
  }
}

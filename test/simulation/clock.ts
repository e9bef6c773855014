import timers from 'node:timers/promises';
import { Heap } from './heap';

/** Something that is to happen. `isDone` takes it away again. */
export interface Timer {
  time: number;
  order: number;
  run(): void;
  isDone: boolean;
}

/** The one clock of a simulation: time passes only from event to event, in an order that is always the same. */
export class Clock {
  private readonly events = new Heap<Timer>((a, b) => a.time < b.time || (a.time === b.time && a.order < b.order));
  private order = 0;

  /** @param now milliseconds since 1970 */
  constructor(public now: number) {}

  /** Has something happen after so many milliseconds. */
  after(milliseconds: number, run: () => void): Timer {
    const timer = { time: this.now + Math.max(0, milliseconds), order: ++this.order, run, isDone: false };
    this.events.push(timer);
    return timer;
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.after(milliseconds, resolve));
  }

  /** Lets everything happen that is due until then, each event with all that follows from it before the next. */
  async runUntil(end: number): Promise<void> {
    for (let next = this.events.peek(); next && next.time <= end; next = this.events.peek()) {
      this.events.pop();
      if (next.isDone) continue;
      this.now = next.time;
      next.isDone = true;
      next.run();
      await settled();
    }
    this.now = end;
  }

  /**
   * Makes this the time of the whole process, for code that asks for it by itself. Returns what puts the real one back.
   */
  install(): () => void {
    const real = { now: Date.now, setTimeout, clearTimeout, pause: timers.setTimeout };
    const set = (run: () => void, milliseconds = 0) => this.after(milliseconds, run);
    const clear = (timer?: Timer) => {
      if (timer) timer.isDone = true;
    };
    Date.now = () => this.now;
    Object.assign(globalThis, { setTimeout: set, clearTimeout: clear });
    Object.assign(timers, { setTimeout: (milliseconds: number) => this.sleep(milliseconds) });
    return () => {
      Date.now = real.now;
      Object.assign(globalThis, { setTimeout: real.setTimeout, clearTimeout: real.clearTimeout });
      Object.assign(timers, { setTimeout: real.pause });
    };
  }
}

/**
 * Resolves when no promise is left that could go on by itself: what waits now waits for the clock. Ticks come when all
 * promises are through ("The Node.js Event Loop"); an immediate would be a turn of the event loop, a fifth of the time.
 */
function settled(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}

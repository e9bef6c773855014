import { FAULT_KINDS, type Fault } from './faults';
import { type Violation, violations } from './invariants';
import { World } from './world';
import { Clock } from './clock';
import { installFetch } from './stack-requests';

void Clock;
void installFetch;
async function main() {
  const [seed = '1', lives = '60', worlds = '1', trace = ''] = process.argv.slice(2);
  Error.stackTraceLimit = trace ? 10 : 0;
  const began = process.hrtime.bigint();
  let days = 0;
  const byRule = new Map<string, { seed: number; first: Violation; count: number }>();
  for (let i = 0; i < Number(worlds); i++) {
    const world = new World({ seed: Number(seed) + i, lives: Number(lives), kinds: new Set<Fault>(FAULT_KINDS), isTraced: !!trace });
    await world.run();
    days += world.days;
    const v = violations(world);
    for (const one of v) {
      const known = byRule.get(one.rule) ?? { seed: Number(seed) + i, first: one, count: 0 };
      known.count++;
      byRule.set(one.rule, known);
    }
    if (trace) {
      for (const [t, ...rest] of world.services.history.lines)
        if (trace === 'all' || JSON.stringify(rest).includes(trace)) console.log(new Date(t).toISOString(), JSON.stringify(rest).slice(0, 600));
    }
  }
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  console.log(`${Number(lives) * Number(worlds)} lives, ${(days / 365).toFixed(2)} years, ${seconds.toFixed(1)} s, ${(Number(lives) * Number(worlds) / seconds).toFixed(0)} lives/s`);
  for (const [rule, { seed, first, count }] of byRule) console.log(rule, count, 'seed', seed, first.what);
}
void main();

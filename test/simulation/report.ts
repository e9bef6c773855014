import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import path from 'node:path';
import type { Burst } from './burst';
import { curve } from './curve';

const DOCUMENT = path.join(__dirname, '../../docs/reliability.md');
const PICTURE = path.join(__dirname, '../../docs/burst.svg');
const BEGIN = '<!-- written by npm run test:simulation -->';
const END = '<!-- end of what npm run test:simulation wrote -->';
const SHARES = [0.5, 0.9, 0.99, 0.999, 1];

/** What a whole run came to. */
export interface Run {
  seed: number;
  lives: number;
  years: number;
  processes: number;
  /** Of all its processes, and of the clock on the wall. */
  cpuSeconds: number;
  seconds: number;
  broken: number;
  /** How often each kind of fault has happened, and how the jobs ended. */
  faults: Map<string, number>;
  ends: Map<string, number>;
}

const number = (value: number) => value.toLocaleString('en-US');
const row = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
const table = (header: readonly string[], rows: readonly (string | number)[][]) =>
  [row(header), row(header.map(() => '---')), ...rows.map(row)].join('\n');
const counted = (counts: ReadonlyMap<string, number>) =>
  [...counts].sort((a, b) => b[1] - a[1]).map(([name, count]) => [name, number(count)]);

/** Puts a run and its burst into docs/reliability.md, in the place of the last. */
export function writeReport(run: Run, burst: Burst): void {
  const text = readFileSync(DOCUMENT, 'utf8');
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`docs/reliability.md has no place for the report: ${BEGIN} ... ${END}`);
  const goals = table(['goal', 'measured', ''], goalsOf(run, burst));
  const parts = [summary(run), goals, table(['fault', 'times'], counted(run.faults)), 'How the jobs ended:'];
  const report = [...parts, table(['end', 'jobs'], counted(run.ends)), ...ofBurst(burst)].join('\n\n');
  writeFileSync(DOCUMENT, `${text.slice(0, begin + BEGIN.length)}\n${report}\n${text.slice(end)}`);
  writeFileSync(PICTURE, curve(burst));
}

function summary({ seed, lives, years, processes, cpuSeconds, seconds, broken }: Run): string {
  const machine = `Linux ${release()}, ${processes} of ${cpus().length} cores, ${new Date().toISOString().slice(0, 10)}`;
  const anHour = (took: number) => `${((years / took) * 3600).toFixed(0)} years an hour`;
  return (
    `${number(lives)} lives from seed ${seed} on, ${years.toFixed(1)} simulated years, ${broken} worlds with a broken rule; ` +
    `${number(Math.round(cpuSeconds))} s of CPU in ${number(Math.round(seconds))} s: ${Math.round(lives / cpuSeconds)} lives a second and ` +
    `${anHour(cpuSeconds)} of CPU, ${anHour(seconds)} on the clock (${machine}).`
  );
}

function goalsOf({ lives, broken, years, cpuSeconds }: Run, burst: Burst): string[][] {
  const anHour = (2 * 3600 * years) / cpuSeconds;
  const [most, last] = [0.999, 1].map((share) => delayOf(burst, share)) as [number, number];
  const isMet = (met: boolean) => (met ? 'met' : 'not met');
  return [
    [
      '1,000,000 lives with all faults, and no rule broken',
      `${number(lives)}, ${broken} worlds with a broken rule`,
      isMet(lives >= 1e6 && broken === 0),
    ],
    ['100 simulated years an hour on two cores', `${anHour.toFixed(0)} by their CPU`, isMet(anHour >= 100)],
    [
      'a burst of 10,000 is launched at most 2 % later than EC2 allows',
      `99.9 % of it ${most.toFixed(1)} %, the last ${last.toFixed(1)} %`,
      isMet(last <= 2),
    ],
  ];
}

/** By how much of the time that EC2 needs so many of a burst are launched later, in percent. */
function delayOf({ jobs, launches }: Burst, share: number): number {
  const nth = Math.ceil(jobs * share);
  return 100 * ((launches[nth - 1] ?? Number.NaN) / bestOf(nth) - 1);
}

/** When EC2 allows the nth launch: five at once, two a second after them. */
const bestOf = (nth: number) => Math.max(0, (nth - 5) / 2);

function ofBurst(burst: Burst): string[] {
  const { jobs, launches, ideal, twice } = burst;
  const rows = SHARES.map((share) => {
    const nth = Math.ceil(jobs * share);
    const real = launches[nth - 1] ?? Number.NaN;
    return [`${share * 100} %`, bestOf(nth).toFixed(0), real.toFixed(0), `${delayOf(burst, share).toFixed(1)} %`];
  });
  return [
    `${number(jobs)} uploads within a second: at best the last is launched after ${ideal.toFixed(0)} s. Two instances had ${twice} of them.`,
    table(['launched', 'allowed after, s', 'launched after, s', 'later by'], rows),
    '![How a burst of uploads is launched](burst.svg)',
  ];
}

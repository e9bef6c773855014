import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { checkSettings } from '../../contract/settings-load';
import { LocalMachine } from '../../local/machine';
import { runAsCommand } from '../boot/shell';
import { LocalJob, WRITE_OUTPUT } from '../jobs/local-job';
import { type Killed, table, writeDocument } from './document';
import { judge, left } from './judge';
import { type Point, pointsOf } from './points';
import { TracedRunner } from './traced-runner';

const AT_ONCE = 4;
/** A sweep that somebody ends early has been everywhere on the way. */
const STRIDE = 16;
/** Catches a job that never ends. */
const LIMIT_MS = 600_000;

const say = (line: string) => process.stdout.write(`${line}\n`);

/**
 * `kill -9` of the runner at every system call between its first request and the power-off, by strace's injection, on a
 * local machine with the real functions around it. `--every N` tries each nth point, `--calls sendto,rename` those calls
 * alone, `--write` puts the table into docs/reliability.md, also of a sweep that is ended by an interrupt. Exit status 1 when a
 * promise was not kept.
 */
async function main(words: string[]): Promise<number> {
  const { every, calls: only, write } = readWords(words);
  const machine = await LocalMachine.start({ settings: checkSettings({ app_url: 'https://example.com/none.git' }) });
  const job = new LocalJob(machine);
  try {
    const sweep = new KillSweep(job);
    const { points, calls } = await sweep.record();
    const chosen = points.filter(({ call }) => only?.includes(call) ?? true).filter((_, index) => index % every === 0);
    say(
      `${calls} system calls between the first request and the power-off, ${points.length} points, ${chosen.length} are tried`,
    );
    process.once('SIGINT', () => sweep.end());
    const killed = await sweep.kill(scattered(chosen));
    say(`\n${table({ killed, points: points.length, calls })}`);
    if (write) writeDocument({ killed, points: points.length, calls });
    return killed.every(({ holes }) => holes.length === 0) ? 0 : 1;
  } finally {
    await machine.close();
    rmSync(job.dir, { recursive: true, force: true });
  }
}

/** Every nth first, then those behind them. */
function scattered(points: Point[]): Point[] {
  return Array.from({ length: STRIDE }, (_, from) => points.filter((_, index) => index % STRIDE === from)).flat();
}

function readWords(args: string[]): { every: number; calls?: string[]; write?: boolean } {
  const { values } = parseArgs({
    args,
    options: { every: { type: 'string', default: '1' }, calls: { type: 'string' }, write: { type: 'boolean' } },
  });
  const every = Number(values.every);
  if (!Number.isInteger(every) || every < 1) {
    throw new Error('usage: npm run test:kills [-- --every N --calls A,B --write]');
  }
  return { every, calls: values.calls?.split(','), write: values.write };
}

class KillSweep {
  private readonly runs: string;
  private readonly runner: TracedRunner;
  private jobs = 0;
  private isEnded = false;

  constructor(private readonly job: LocalJob) {
    this.runs = path.join(job.dir, 'runs');
    this.runner = new TracedRunner(job.machine);
    mkdirSync(this.runs, { recursive: true });
    const began = `import os, tempfile
tempfile.mkstemp(prefix=os.environ['LAMBDA_EC2_JOB_ID'] + '.', dir=${JSON.stringify(this.runs)})`;
    job.commit({ 'main.py': `${began}\n${WRITE_OUTPUT}\nwrite_output('x')\nopen('app.log', 'w').write('log')` });
  }

  /** The points of a job that nobody disturbs. */
  async record() {
    await this.job.configure();
    // The first job of a machine has more to do.
    await this.job.run('first');
    this.runner.plan('recorded');
    await this.job.run('recorded');
    await this.job.machine.finished();
    return pointsOf(this.runner.trace('recorded'));
  }

  end(): void {
    this.isEnded = true;
  }

  /** Until all are tried, or `end`. */
  async kill(points: Point[]): Promise<Killed[]> {
    const killed: Killed[] = [];
    for (let at = 0; at < points.length && !this.isEnded; at += AT_ONCE) {
      for (const one of await this.killSome(points.slice(at, at + AT_ONCE))) {
        killed.push(one);
        const { point, reached, ending, holes } = one;
        const what = reached ? ending : `${ending}, not reached`;
        say(`${holes.length === 0 ? '✓' : '✗'} ${point.call} ${point.nth}: ${[what, ...holes].join('; ')}`);
      }
    }
    return killed;
  }

  private async killSome(points: Point[]): Promise<Killed[]> {
    const { machine } = this.job;
    const jobIds = points.map((point) => {
      const jobId = `killed-${++this.jobs}`;
      this.runner.plan(jobId, point);
      return jobId;
    });
    const over = Promise.all(jobIds.map((jobId) => this.job.run(jobId))).then(() => machine.finished());
    const isOver = await Promise.race([over.then(() => true), pauseFor(LIMIT_MS)]);
    const rest = isOver ? await left(this.job) : ['an instance'];
    return Promise.all(
      points.map(async (point, index) => {
        const jobId = jobIds[index] as string;
        const judged = await judge(this.job, jobId, this.runs);
        const holes = [...judged.holes, ...rest.map((id) => `${id} has not ended`)];
        const reached = this.runner.trace(jobId).includes('killed by SIGKILL');
        return { ...judged, holes, point, reached };
      }),
    );
  }
}

const pauseFor = (milliseconds: number) =>
  new Promise<false>((resolve) => setTimeout(() => resolve(false), milliseconds).unref());

runAsCommand(main);

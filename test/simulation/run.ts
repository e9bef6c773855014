import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { burst } from './burst';
import { type Run, writeReport } from './report';
import { optionsOf, type RunOptions } from './run-options';
import { runWorlds, say, together } from './run-worlds';
import { LIVES_A_WORLD } from './simulate';

// `npm run test:simulation [-- --seed S --lives N --faults 'one,another' --trace --keep-going --processes P --write]`;
// `--write` puts what came of it into docs/reliability.md, with a burst of uploads.

const BURST = 10_000;

/** The same in several processes, each with its part of the worlds. */
async function runInProcesses(options: RunOptions, words: string[]): Promise<Run> {
  const worlds = Math.ceil(options.lives / LIVES_A_WORLD / options.processes);
  const parts = Array.from({ length: options.processes }, (_, part) => {
    const lives = Math.min(worlds * LIVES_A_WORLD, options.lives - part * worlds * LIVES_A_WORLD);
    const own = { '--seed': options.seed + part * worlds, '--lives': lives, '--processes': 1 };
    return runElsewhere([...words, ...Object.entries(own).flat().map(String)]);
  });
  return (await Promise.all(parts)).reduce(together);
}

async function runElsewhere(words: string[]): Promise<Run> {
  const child = fork(path.join(__dirname, 'start.js'), words, { serialization: 'advanced' });
  const [run] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
  if (typeof run !== 'object') throw new Error(`a process of the simulation ended with ${run}`);
  return run as Run;
}

async function main(words: string[]): Promise<number> {
  const options = optionsOf(words);
  // The stacks of errors that are answers of AWS take more time than all the rest.
  if (!options.isTraced) Error.stackTraceLimit = 0;
  const run = await (options.processes > 1 ? runInProcesses(options, words) : runWorlds(options));
  if (process.send) {
    process.send(run);
    return 0;
  }
  say(
    `${run.lives} lives, ${run.years.toFixed(2)} simulated years, ${run.cpuSeconds.toFixed(1)} s of CPU in ${run.seconds.toFixed(1)} s, broken: ${run.broken}`,
  );
  if (options.writes) writeReport(run, await burst(options.seed, BURST));
  return run.broken > 0 ? 1 : 0;
}

main(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status;
  },
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  },
);

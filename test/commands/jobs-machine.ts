import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { announce } from '../../cli/local/announce';
import type { Settings } from '../../contract/settings';
import { checkSettings } from '../../contract/settings-load';
import type { LocalMachine } from '../../local/machine';
import { LocalJob, useLocalMachine, WRITE_OUTPUT } from '../jobs/local-job';
import { lambdaEc2, type Said, STATE } from './run-command';

/** Programs of the app, each as short as it can be; `app_main` says which one runs. */
const APP = {
  'main.py': `${WRITE_OUTPUT}\nprint('summed up')\nwrite_output('42')`,
  'fail.py': "import sys\nprint('\\033[31mred\\033[0m', flush=True)\nsys.exit('the column price is missing')",
  'stay.py': "import time\nprint('stays', flush=True)\ntime.sleep(600)",
};

/** What the tests of a file have in common. */
export interface JobsWorld {
  machine(): LocalMachine;
  /** A folder for the files of a test. */
  dir(): string;
  /** A command line against the machine. */
  run(...args: string[]): Promise<Said>;
  /** The same, and the document that it prints. */
  json<T>(schema: { parse(value: unknown): T }, ...args: string[]): Promise<T>;
}

/** A machine that commands with `--local` find, with an app that writes an output, fails or stays. */
export function useJobs(settings: Partial<Settings> = {}): JobsWorld {
  const machine = useLocalMachine(settings);
  let dir = '';
  let end = async () => {};
  beforeAll(async () => {
    dir = mkdtempSync(path.join(tmpdir(), 'jobs-test-'));
    process.env.LAMBDA_EC2_STATE = STATE;
    const app = new LocalJob(machine());
    app.commit(APP);
    await app.configure();
    const conceal = announce(machine(), checkSettings({ app_url: 'https://example.com/none.git', ...settings }));
    end = async () => {
      conceal();
      await machine().finished();
      await app.close();
      rmSync(dir, { recursive: true, force: true });
    };
  });
  afterAll(() => end());
  const run = (...args: string[]) => lambdaEc2([...args, '--local'], { cwd: dir, env: { TERM: 'dumb' } });
  return {
    machine,
    dir: () => dir,
    run,
    json: async (schema, ...args) => schema.parse(JSON.parse((await run(...args, '--json')).stdout)),
  };
}

/** Makes a zip file with one member. */
export function makeZip(dir: string, name: string): string {
  const file = path.join(dir, name);
  const script = 'import sys, zipfile; zipfile.ZipFile(sys.argv[1], "w").writestr("a.csv", "1")';
  execFileSync('python3', ['-c', script, file]);
  return file;
}

/** Waits until something holds. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await pause(100);
}

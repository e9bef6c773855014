import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { announceWorld, pastJob, putIndex } from '../test/cli/ui/history';
import { BROWSER, openBrowser, type TestBrowser } from '../test/commands/browser';
import { startWorld } from '../test/lambda/launch/fixture';
import { compare } from './measure';

const JOBS = 10_000;
const COMMAND = path.join(__dirname, '../bin/lambda-ec2.js');

/** How long `lambda-ec2 ui` takes to show jobs in a browser, beside a page of it that reads nothing. */
export async function benchPage(dir: string, rounds: number): Promise<void> {
  if (!BROWSER) {
    process.stdout.write('the page of lambda-ec2 ui: not measured, there is no Chromium here\n\n');
    return;
  }
  const world = await startWorld();
  const past = Array.from({ length: JOBS }, (_, at) => pastJob(at));
  await putIndex(world, past);
  const retract = announceWorld(world, path.join(dir, 'local.json'));
  const env = { ...process.env, LAMBDA_EC2_STATE: dir };
  const ui = spawn(process.execPath, [COMMAND, 'ui', '--local', '--quiet'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = String((await once(ui.stdout, 'data'))[0]).trim();
  const browser = await openBrowser();
  try {
    await compare(
      `the page of lambda-ec2 ui with ${JOBS} jobs, until it is there`,
      [
        { name: 'a page that reads nothing', run: () => opened(browser, `${url}nothing`) },
        { name: 'the jobs', run: () => opened(browser, url) },
        { name: 'plots of all', run: () => opened(browser, `${url}plots`) },
      ],
      rounds,
    );
  } finally {
    await browser.close();
    ui.kill('SIGTERM');
    await once(ui, 'exit');
    retract();
    await world.close();
  }
}

/** Milliseconds from the address to the whole page, in a tab that is there. */
async function opened(browser: TestBrowser, url: string): Promise<number> {
  const tab = await browser.open('about:blank');
  const began = performance.now();
  await tab.goto(url);
  const ms = performance.now() - began;
  await tab.context().close();
  return ms;
}

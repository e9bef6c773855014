import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CreateLaunchTemplateVersionCommand } from '@aws-sdk/client-ec2';
import { outputKeys } from '../../contract/keys';
import { announceWorld, EVIL, pastJob, putIndex, putJob, statusOfJob } from '../cli/ui/history';
import { startWorld, type World } from '../lambda/launch/fixture';
import { BROWSER, faultsOn, openBrowser, SCRIPT, type TestBrowser } from './browser';
import { lambdaEc2, STATE, startLambdaEc2 } from './run-command';

const PAST = 60;
const failed = { ...pastJob(3), job_id: `failed ${EVIL}` };
const running = { ...pastJob(-1), job_id: 'now/running', state: 'RUNNING' as const, reason: null, ended: null };

let world: World;
let dir: string;
let retract: () => void;
let page: ReturnType<typeof startLambdaEc2>;
let said = '';
let url = '';
let browser: TestBrowser;
/** What needs a browser; `.ci/run` sees to it that there is one. */
const inBrowser = BROWSER ? test : test.skip;

beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'ui-test-'));
  world = await startWorld();
  await putIndex(
    world,
    Array.from({ length: PAST }, (_, at) => pastJob(at)),
  );
  await putJob(world, statusOfJob(failed, { message: EVIL }), `begins\n${EVIL}\nends\n`);
  await putJob(world, statusOfJob(running), 'first line\n');
  await world.ec2.send(
    new CreateLaunchTemplateVersionCommand({
      LaunchTemplateId: world.templateId,
      SourceVersion: '1',
      VersionDescription: `why ${EVIL}`.slice(0, 255),
      LaunchTemplateData: { InstanceType: 'r7i.large' },
    }),
  );
  retract = announceWorld(world, path.join(STATE, 'local.json'));
  page = startLambdaEc2(['ui', '--local', '--quiet']);
  page.stderr.on('data', (text) => {
    said += text;
  });
  url = String((await once(page.stdout, 'data'))[0]).trim();
  if (BROWSER) browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  if (page?.exitCode === null) {
    page.kill('SIGTERM');
    await once(page, 'exit');
  }
  retract?.();
  await world?.close();
  rmSync(dir, { recursive: true, force: true });
});

const jobAddress = (id: string) => `${url}job?${new URLSearchParams({ id })}`;

/** Every view with something that is seen on it. */
const VIEWS: [name: string, address: () => string, shows: string][] = [
  ['the jobs', () => url, 'Ended, the newest first'],
  ['failed jobs', () => `${url}?status=failed`, 'Ended, the newest first'],
  ['older jobs', () => `${url}?page=2`, 'Newer jobs'],
  ['a job that failed', () => jobAddress(failed.job_id), 'APP_FAILED (app)'],
  ['a job that runs', () => jobAddress(running.job_id), 'first line'],
  ['plots', () => `${url}plots`, 'Cost by month'],
  ['template versions', () => `${url}versions`, 'r7i.large'],
  ['no such page', () => `${url}nothing`, 'There is no such page'],
  ['no such job', () => jobAddress('nobody'), 'there is no job nobody'],
];

test('the address is all that stands on standard output', () => {
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:[0-9]+\/[\w-]+\/$/);
  expect(said).toBe('');
});

inBrowser.each(VIEWS)(
  'axe finds nothing on %s, light and dark, with and without JavaScript',
  async (_, address, shows) => {
    for (const script of [true, false]) {
      const tab = await browser.open(address(), { script });
      await tab.getByText(shows).first().waitFor();
      expect(await faultsOn(tab)).toEqual([]);
      await tab.emulateMedia({ colorScheme: 'dark' });
      expect(await faultsOn(tab)).toEqual([]);
      expect(await tab.title()).not.toBe('taken');
      await tab.context().close();
    }
  },
);

inBrowser.each(VIEWS)('%s says the same where JavaScript is switched off', async (_, address, shows) => {
  const tab = await browser.open(address(), { javaScriptEnabled: false });
  expect(await tab.locator('main').innerText()).toContain(shows);
  await tab.context().close();
});

inBrowser('from the list to a job by the keyboard, and what an app wrote is text there', async () => {
  const tab = await browser.open(`${url}?status=APP_FAILED`);
  await tab.keyboard.press('Tab');
  await tab.getByRole('link', { name: 'Skip to the content' }).press('Enter');
  await tab.getByRole('link', { name: failed.job_id.split('\u001b')[0] }).press('Enter');
  await tab.waitForURL(/\/job\?id=/);
  const text = await tab.locator('main').innerText();
  expect(text).toContain(EVIL.split('\u001b')[0]);
  expect(text.indexOf('APP_FAILED')).toBeLessThan(text.indexOf('What to do'));
  expect(text).toMatch(/lambda-ec2 rerun '.*' --local/);
  expect(await tab.title()).not.toBe('taken');
  await tab.context().close();
});

inBrowser('a job is followed without loading its page again: its log grows, and then its end is said', async () => {
  const tab = await browser.open(jobAddress(running.job_id));
  await tab.getByText('first line').waitFor();
  const loads: string[] = [];
  tab.on('framenavigated', (frame) => loads.push(frame.url()));
  await world.put(outputKeys(running.job_id).ec2Log, `first line\nsecond ${EVIL}\n`);
  await tab.getByText('second').waitFor();
  await putJob(world, statusOfJob({ ...running, state: 'SUCCEEDED', ended: new Date().toISOString() }));
  await tab.getByRole('status').getByText('SUCCEEDED').waitFor();
  await tab.getByText(`lambda-ec2 download ${running.job_id} --local`).waitFor();
  expect(loads).toEqual([]);
  expect(await faultsOn(tab)).toEqual([]);
  expect(await tab.title()).not.toBe('taken');
  await tab.context().close();
});

inBrowser('it asks nobody but its own server, whatever the view', async () => {
  for (const [, address] of VIEWS) {
    const tab = await browser.open('about:blank');
    const asked: string[] = [];
    const complaints: string[] = [];
    tab.on('request', (request) => asked.push(request.url()));
    tab.on('console', (message) => complaints.push(message.text()));
    await tab.goto(address());
    await tab.getByRole('main').waitFor();
    expect(asked.filter((one) => !one.startsWith(url) && !one.startsWith('data:'))).toEqual([]);
    expect(complaints.filter((text) => !text.includes('404 (Not Found)'))).toEqual([]);
    await tab.context().close();
  }
});

inBrowser('one file has it all, whole or not at all, and stays so readable', async () => {
  const file = path.join(dir, 'jobs.html');
  const written = await lambdaEc2(['ui', '--local', '--html', file]);
  expect(written).toEqual({ code: 0, stdout: `${file}\n`, stderr: '' });
  expect(statSync(file).size).toBeLessThan(300_000);
  const bare = path.join(dir, 'bare.html');
  writeFileSync(bare, readFileSync(file, 'utf8').replace(SCRIPT, ''));
  for (const one of [file, bare]) {
    const tab = await browser.open(`file://${one}`);
    for (const text of ['2026/sales-0', 'Cost by month', 'r7i.large']) await tab.getByText(text).first().waitFor();
    await tab.getByRole('link', { name: /^failed/ }).click();
    await tab.locator('pre').getByText('ends').first().waitFor({ state: 'visible' });
    expect(await faultsOn(tab)).toEqual([]);
    if (one === file) await tab.emulateMedia({ colorScheme: 'dark' });
    if (one === file) expect(await faultsOn(tab)).toEqual([]);
    expect(await tab.title()).not.toBe('taken');
    await tab.context().close();
  }
});

test('a file of ours is written over, any other only when told to', async () => {
  const file = path.join(dir, 'twice.html');
  expect((await lambdaEc2(['ui', '--local', '--html', file])).code).toBe(0);
  const again = await lambdaEc2(['ui', '--local', '--html', file, '--json']);
  expect([again.code, JSON.parse(again.stdout)]).toEqual([0, { file }]);
  const other = path.join(dir, 'main.py');
  writeFileSync(other, 'print()\n');
  const refused = await lambdaEc2(['ui', '--local', '--html', other]);
  expect([refused.code, refused.stdout]).toEqual([2, '']);
  expect(refused.stderr).toContain('is no page of this command');
  expect(readFileSync(other, 'utf8')).toBe('print()\n');
  expect((await lambdaEc2(['ui', '--local', '--html', other, '-y'])).code).toBe(0);
  expect(readFileSync(other, 'utf8')).toContain('<!doctype html>');
});

test.each([
  ['a folder', () => dir, 'that is no file'],
  ['a folder that is not there', () => path.join(dir, 'no', 'jobs.html'), 'there is no folder'],
])('--html with %s is refused in one sentence', async (_, file, sentence) => {
  const refused = await lambdaEc2(['ui', '--local', '--html', file()]);
  expect([refused.code, refused.stdout]).toEqual([2, '']);
  expect(refused.stderr).toContain(sentence);
  expect(refused.stderr.trim().split('\n')).toHaveLength(1);
});

test('--html - is standard output', async () => {
  const { code, stdout } = await lambdaEc2(['dashboard', '--local', '--html', '-']);
  expect([code, stdout.slice(0, 15)]).toEqual([0, '<!doctype html>']);
});

test('without a machine it says so, and no page begins', async () => {
  const env = { LAMBDA_EC2_STATE: path.join(dir, 'empty') };
  const { code, stdout, stderr } = await lambdaEc2(['open', '--local'], { env });
  expect([code, stdout]).toEqual([5, '']);
  expect(stderr).toContain('lambda-ec2 local up');
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s ends it, which is what it is for', async (signal) => {
  const other = startLambdaEc2(['ui', '--local', '--json']);
  const { url: address } = JSON.parse(String((await once(other.stdout, 'data'))[0]));
  expect((await fetch(address)).status).toBe(200);
  other.kill(signal);
  expect((await once(other, 'exit'))[0]).toBe(0);
  await expect(fetch(address)).rejects.toThrow('fetch failed');
});

test('--open gives the browser an address that works once, and never the token', async () => {
  const seen = path.join(dir, 'opened');
  const program = path.join(dir, 'xdg-open');
  writeFileSync(program, `#!/bin/sh\nprintf %s "$1" > '${seen}.part' && mv '${seen}.part' '${seen}'\n`, {
    mode: 0o755,
  });
  const other = startLambdaEc2(['ui', '--local', '--open'], { env: { PATH: `${dir}:${process.env.PATH}` } });
  const address = String((await once(other.stdout, 'data'))[0]).trim();
  while (!existsSync(seen)) await new Promise((resolve) => setTimeout(resolve, 50));
  const opened = readFileSync(seen, 'utf8');
  expect(opened).not.toContain(new URL(address).pathname);
  const first = await fetch(opened);
  expect([first.status, first.url]).toEqual([200, address]);
  expect((await fetch(opened)).status).toBe(403);
  other.kill('SIGTERM');
  await once(other, 'exit');
});

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { makeZip, useJobs } from './jobs-machine';
import { CTRL_C, onTerminal, type Shown, type TerminalOptions } from './terminal';

// A day of a person at a terminal, against the machine of this test: each test goes on where the one before ended.

const { dir } = useJobs();
beforeAll(() => makeZip(dir(), 'may.zip'));

const type = (line: string, ask?: string, answer?: TerminalOptions['answer']): Promise<Shown> =>
  onTerminal(dir(), [...line.split(' '), '--local'], { ask, answer });
const text = ({ lines }: Shown) => lines.join('\n');
const GREEN = '\u001b[32m';
const RED = '\u001b[31m';
const REDRAWN = '\r\u001b[2K';

test('submit --wait shows what the job is at, in one line that is redrawn and gone at the end', async () => {
  const shown = await type('submit may.zip --wait');
  expect(shown.code).toBe(0);
  expect(shown.raw).toContain(REDRAWN);
  expect(shown.raw).toMatch(/… \w+ \(\d+ s\)/);
  expect(text(shown)).not.toContain('…');
  expect(shown.lines[0]).toBe('may');
  expect(shown.lines).toContainEqual(expect.stringMatching(/^✓ app +\d+\.\d\d s$/));
  expect(shown.raw).toContain(`${GREEN}SUCCEEDED`);
  expect(readdirSync(path.join(dir(), 'out'))).toContain('may.zip');
});

test('a job that fails says its cause first, and show says it again', async () => {
  const submitted = await type('submit may.zip --id bad --set app_main=fail.py --wait');
  expect(submitted.code).toBe(1);
  const shown = await type('show bad');
  expect([shown.code, shown.lines[0]]).toEqual([0, 'bad FAILED: APP_FAILED (app)']);
  expect(shown.lines[1]).toContain('the app ended with exit status 1');
  expect(shown.raw).toContain(`${RED}FAILED`);
  expect(shown.lines).toContain('  lambda-ec2 rerun bad --local');
  // What the app painted is not for this terminal.
  expect(shown.lines).toContain('red');
  expect(shown.raw).not.toContain(`${RED}red`);
});

test('the list fits the terminal', async () => {
  const { code, raw, lines } = await type('list');
  expect(code).toBe(0);
  expect(lines[0]).toMatch(/^ID +STATE +AGE +DURATION +REASON +COST +COMMIT$/);
  const rows = lines.filter((line) => line !== '');
  expect(rows).toHaveLength(3);
  expect(rows[1]).toMatch(/^bad +FAILED .* APP_FAILED .*[0-9a-f]{7}$/);
  expect(raw).toContain(`${GREEN}SUCCEEDED`);
});

test('a setting, and its roll-back', async () => {
  const set = await type('settings set ec2_timeout=2h --note June');
  expect([set.code, set.lines[0]]).toEqual([0, expect.stringMatching(/^version \d+ is the default now/)]);
  const history = await type('settings');
  expect([history.code, history.lines[1]]).toEqual([0, expect.stringMatching(/^\d+ \* .* ec2_timeout/)]);
  const back = await type('rollback');
  expect([back.code, text(back)]).toEqual([0, expect.stringContaining('ec2_timeout: 2h -> 30m')]);
});

test('Ctrl-C leaves a job alone, and stop --all asks before it ends it', async () => {
  const followed = await type('submit may.zip --id stays --set app_main=stay.py -f', 'stays\r\n', CTRL_C);
  expect(followed.code).toBe(130);
  expect(text(followed).replaceAll('\n', '')).toContain('lambda-ec2 logs stays -f --local follows it');
  const kept = await type('stop --all', '[y/N]', 'n\r');
  expect([kept.code, text(kept)]).toEqual([2, expect.stringContaining('nothing was stopped')]);
  const stopped = await type('stop --all', '[y/N]', 'y\r');
  expect([stopped.code, text(stopped)]).toEqual([0, expect.stringContaining('Stop stays? [y/N] y\nstays CANCELLED')]);
  expect((await type('show stays')).lines[0]).toBe('stays FAILED: CANCELLED (user)');
});

test('rerun --same says what it is the same as, and runs it', async () => {
  const shown = await type('rerun may --same --wait --out again');
  expect([shown.code, text(shown)]).toEqual([0, expect.stringContaining('SUCCEEDED')]);
  expect(text(shown)).toMatch(/commit [0-9a-f]{7}/);
  expect(existsSync(path.join(dir(), 'again/may.zip'))).toBe(true);
});

test('download asks before it replaces a file', async () => {
  const first = await type('download may results');
  expect([first.code, first.lines[0]]).toEqual([0, 'results/may.zip']);
  const kept = await type('download may results', '[y/N]', '\r');
  expect([kept.code, text(kept)]).toEqual([2, expect.stringContaining('nothing was downloaded')]);
  const left = await type('download may results', '[y/N]', CTRL_C);
  expect(left.code).toBe(130);
  expect((await type('download may results', '[y/N]', 'y\r')).code).toBe(0);
});

test('ui serves a page of these jobs until Ctrl-C', async () => {
  let page = '';
  const shown = await type('ui', 'Ctrl-C ends the page.', async (raw) => {
    const [url = ''] = /http:\S+/.exec(raw) ?? [];
    page = await (await fetch(url)).text();
    return CTRL_C;
  });
  expect(shown.code).toBe(0);
  expect(page).toMatch(/bad[\s\S]*APP_FAILED/);
  const written = await type('ui --html jobs.html');
  expect([written.code, readFileSync(path.join(dir(), 'jobs.html'), 'utf8')]).toEqual([
    0,
    expect.stringContaining('stays'),
  ]);
});

test('doctor finds nothing wrong', async () => {
  const shown = await type('doctor');
  expect([shown.code, text(shown)]).toEqual([0, expect.stringContaining('lambda-ec2 list --local shows every job')]);
});

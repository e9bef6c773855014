import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isAlive } from '../../processes';
import { until } from '../instance/local-instance';
import { bash, document, makeTestRoot, note, type TestRoot } from './a-root';

let root: TestRoot;
beforeEach(() => {
  root = makeTestRoot();
});
afterEach(() => root.remove());

const run: TestRoot['run'] = (...args) => root.run(...args);
const notes = () => root.notes();

test('the phases run in their order, and so do the steps of each', async () => {
  const image = document([bash('a', note('build.a')), bash('b', note('build.b'))], [bash('a', note('test.a'))]);
  expect(await run([], { image })).toMatchObject({ status: 'success' });
  expect(notes()).toEqual(['build.a', 'build.b', 'test.a']);
});

describe('a step that fails', () => {
  test('stops everything', async () => {
    const image = document([bash('bad', 'exit 3'), bash('next', note('next'))], [bash('later', note('later'))]);
    expect(await run([], { image })).toMatchObject({
      status: 'failed',
      failure: { phase: 'build', step: 'bad', message: 'the script ended with exit status 3' },
    });
    expect(notes()).toEqual([]);
  });

  test('is tried as often as maxAttempts says', async () => {
    const flaky = `${note('try')}; [ "$(wc -l < "$LAMBDA_EC2_ROOT/notes")" -eq 3 ]`;
    expect(await run([bash('a', flaky, { maxAttempts: 3 })])).toMatchObject({
      status: 'success',
      steps: [{ attempts: 3 }],
    });
    rmSync(path.join(root.dir, 'notes'));
    expect(await run([bash('a', flaky, { maxAttempts: 2 })])).toMatchObject({ status: 'failed' });
  });

  test('says so when it asks for a restart, which AWSTOE would give', async () => {
    expect(await run([bash('a', 'exit 194')])).toMatchObject({
      failure: { message: 'the script asks for a restart (194), which no local bake can give' },
    });
  });
});

test('the exit status of the script is that of its last command, as there is no set -e', async () => {
  expect(await run([bash('a', 'false\ntrue')])).toMatchObject({ status: 'success' });
  expect(await run([bash('a', 'set -e\nfalse\ntrue')])).toMatchObject({ status: 'failed' });
});

test('at its timeout a step is killed with everything that it started', async () => {
  const command = `sleep 600 & echo $! > "$LAMBDA_EC2_ROOT/child"; trap '' TERM; sleep 600`;
  const result = await run([bash('slow', command, { timeoutSeconds: 1 })]);
  expect(result).toMatchObject({ status: 'failed', failure: { message: 'not done after 1 s' } });
  await isGone(Number(readFileSync(path.join(root.dir, 'child'), 'utf8')));
});

test.each(['sleep 600', 'setsid sleep 600'])(
  'what a step leaves running in the background goes with it: %s',
  async (command) => {
    await run([bash('a', `${command} >/dev/null 2>&1 & echo $! > "$LAMBDA_EC2_ROOT/child"`)]);
    await isGone(Number(readFileSync(path.join(root.dir, 'child'), 'utf8')));
  },
);

test('an interruption ends the step that runs, and no other begins', async () => {
  const controller = new AbortController();
  const first = bash('a', `${note('begun')}; echo now; sleep 600`, { maxAttempts: 3 });
  const running = run([first, bash('b', note('never'))], {
    signal: controller.signal,
    onLine: (line) => line === 'now' && controller.abort(),
  });
  expect(await running).toMatchObject({ status: 'failed', failure: { step: 'a', message: 'interrupted' } });
  expect(notes()).toEqual(['begun']);
});

test('parameters and constants are put in place, and what came in is not interpolated once more', async () => {
  const steps = [bash('a', note('{{ Url }} {{app_ref}}'))];
  const image = document(steps, [], { app_ref: "'{{ Url }}'" });
  await run([], { image, parameters: { Url: 's3://b/k' } });
  expect(notes()).toEqual(['s3://b/k {{ Url }}']);
});

test('files come from S3 through whoever called, and replace those that are there', async () => {
  const inputs = [{ source: '{{ Files }}', destination: '/../tmp/x' }];
  const steps = [{ name: 'a', action: 'S3Download' as const, timeoutSeconds: 5, maxAttempts: 1, inputs }];
  writeFileSync(path.join(root.dir, 'object'), 'content');
  writeFileSync(path.join(root.dir, 'tmp/x'), 'old');
  const asked: string[] = [];
  const fetchS3 = async (url: string) => {
    asked.push(url);
    return path.join(root.dir, 'object');
  };
  const parameters = { Files: 's3://bucket/key' };
  expect(await run(steps, { fetchS3, parameters })).toMatchObject({ status: 'success' });
  expect(asked).toEqual(['s3://bucket/key']);
  expect(readFileSync(path.join(root.dir, 'tmp/x'), 'utf8')).toBe('content');
  expect(await run(steps, { parameters })).toMatchObject({ failure: { message: 's3://bucket/key was asked for' } });
});

/** The kernel takes a moment to end who was killed; nobody else would end by itself within the limit. */
const isGone = (pid: number) => until(() => !isAlive(pid));

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stringify } from 'yaml';
import { runDocuments, type ToeOptions } from '../../../local/toe/run';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'lambda-ec2-toe-'));
  mkdirSync(path.join(dir, 'tmp'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

type Step = Record<string, unknown>;
const bash = (name: string, command: string, rest: Step = {}): Step => ({
  name,
  action: 'ExecuteBash',
  timeoutSeconds: 20,
  inputs: { commands: [command] },
  ...rest,
});
const note = (word: string) => `echo ${word} >> "$LAMBDA_EC2_ROOT/notes"`;

/** A document as its author would write it: references stand in quotes. */
function document(phases: Record<string, Step[]>, rest: object = {}): string {
  const list = Object.entries(phases).map(([name, steps]) => ({ name, steps }));
  return stringify({ name: 'sample', schemaVersion: 1, ...rest, phases: list }, { defaultStringType: 'QUOTE_SINGLE' });
}

const lines: string[] = [];
beforeEach(() => lines.splice(0));

const run = (documents: string[], options: Partial<ToeOptions> = {}) =>
  runDocuments({
    documents: documents.map((data) => ({ data })),
    root: { dir, kind: 'folder' },
    onLine: (line) => lines.push(line),
    ...options,
  });
const notes = () =>
  existsSync(path.join(dir, 'notes')) ? readFileSync(path.join(dir, 'notes'), 'utf8').split('\n').slice(0, -1) : [];

test('a phase runs for all documents before the next phase, and steps in their order', async () => {
  const one = document({
    test: [bash('t', note('one.test'))],
    build: [bash('a', note('one.a')), bash('b', note('one.b'))],
  });
  const two = document({ build: [bash('a', note('two.a'))], validate: [bash('v', note('two.v'))] });
  expect(await run([one, two])).toMatchObject({ status: 'success' });
  expect(notes()).toEqual(['one.a', 'one.b', 'two.a', 'two.v', 'one.test']);
});

test('only the phases that are asked for run', async () => {
  await run([document({ build: [bash('a', note('build'))], test: [bash('a', note('test'))] })], { phases: ['test'] });
  expect(notes()).toEqual(['test']);
});

describe('a step that fails', () => {
  const failing = (onFailure?: string) =>
    document({ build: [bash('bad', 'exit 3', onFailure ? { onFailure } : {}), bash('next', note('next'))] });
  const later = document({ build: [bash('a', note('later'))] });

  test('stops everything by default', async () => {
    const result = await run([failing(), later]);
    expect(result).toMatchObject({
      status: 'failed',
      failure: { step: 'bad', message: 'the script ended with exit status 3' },
    });
    expect(notes()).toEqual([]);
  });

  test('with Continue lets the rest run, and the whole still counts as failed', async () => {
    const result = await run([failing('Continue'), later]);
    expect(result).toMatchObject({ status: 'failed', failure: { step: 'bad' } });
    expect(notes()).toEqual(['next', 'later']);
  });

  test('with Ignore lets the rest run, and the whole counts as successful', async () => {
    const result = await run([failing('Ignore')]);
    expect(result).toMatchObject({ status: 'success', steps: [{ status: 'ignored' }, { status: 'success' }] });
    expect(notes()).toEqual(['next']);
  });

  test('is tried as often as maxAttempts says', async () => {
    const flaky = `${note('try')}; [ "$(wc -l < "$LAMBDA_EC2_ROOT/notes")" -eq 3 ]`;
    expect(await run([document({ build: [bash('a', flaky, { maxAttempts: 3 })] })])).toMatchObject({
      status: 'success',
      steps: [{ attempts: 3 }],
    });
    rmSync(path.join(dir, 'notes'));
    expect(await run([document({ build: [bash('a', flaky, { maxAttempts: 2 })] })])).toMatchObject({
      status: 'failed',
    });
  });
});

test('the exit status of the script is that of its last command, as there is no set -e', async () => {
  expect(await run([document({ build: [bash('a', 'false\ntrue')] })])).toMatchObject({ status: 'success' });
  expect(await run([document({ build: [bash('a', 'set -e\nfalse\ntrue')] })])).toMatchObject({ status: 'failed' });
});

test('at its timeout a step is killed with everything that it started', async () => {
  const command = `sleep 600 & echo $! > "$LAMBDA_EC2_ROOT/child"; trap '' TERM; sleep 600`;
  const result = await run([document({ build: [bash('slow', command, { timeoutSeconds: 1 })] })]);
  expect(result).toMatchObject({ status: 'failed', failure: { message: 'not done after 1 s' } });
  expect(isAlive(Number(readFileSync(path.join(dir, 'child'), 'utf8')))).toBe(false);
});

test('what a step leaves running in the background goes with it', async () => {
  await run([document({ build: [bash('a', 'sleep 600 & echo $! > "$LAMBDA_EC2_ROOT/child"')] })]);
  expect(isAlive(Number(readFileSync(path.join(dir, 'child'), 'utf8')))).toBe(false);
});

test('an interruption ends the step that runs, and no other begins', async () => {
  const controller = new AbortController();
  const steps = [bash('a', `${note('begun')}; echo now; sleep 600`, { onFailure: 'Ignore' }), bash('b', note('never'))];
  const running = run([document({ build: steps })], {
    signal: controller.signal,
    onLine: (line) => line === 'now' && controller.abort(),
  });
  expect(await running).toMatchObject({ status: 'failed', failure: { step: 'a', message: 'interrupted' } });
  expect(notes()).toEqual(['begun']);
});

describe('exit status 194', () => {
  test('runs the same step again, without using up an attempt', async () => {
    const command = `${note('run')}; [ "$(wc -l < "$LAMBDA_EC2_ROOT/notes")" -eq 2 ] || exit 194`;
    expect(await run([document({ build: [bash('a', command)] })])).toMatchObject({ status: 'success' });
    expect(notes()).toEqual(['run', 'run']);
  });

  test('for ever is a failure', async () => {
    expect(await run([document({ build: [bash('a', 'exit 194')] })])).toMatchObject({
      status: 'failed',
      failure: { message: 'it asked for a restart 6 times' },
    });
  });
});

test('parameters, constants, and the inputs and output of earlier steps are put in place', async () => {
  const data = document(
    {
      build: [
        bash('first', 'echo said'),
        {
          name: 'file',
          action: 'CreateFile',
          timeoutSeconds: 5,
          inputs: [{ path: '/tmp/x', content: 'c', permissions: '0640' }],
        },
        bash('second', note('{{ Url }} {{Version}} {{ build.first.outputs.stdout }} {{ build.file.inputs[0].path }}')),
      ],
    },
    { parameters: [{ Url: { type: 'string' } }], constants: [{ Version: { type: 'string', value: '7' } }] },
  );
  await runDocuments({ documents: [{ data, parameters: { Url: 's3://b/k' } }], root: { dir, kind: 'folder' } });
  expect(notes()).toEqual(['s3://b/k 7 said /tmp/x']);
  await expect(run([data])).rejects.toThrow('component sample: parameter Url has no value');
});

test('what came in by a reference is not interpolated once more', async () => {
  const data = document({
    build: [
      bash('a', 'echo "{" "{ b }}" | tr -d " " | sed "s/b/ Secret /"'),
      bash('b', note('"{{ build.a.outputs.stdout }}"')),
    ],
  });
  await run([data]);
  expect(notes()).toEqual(['{{ Secret }}']);
});

test('a loop runs its step once for each value', async () => {
  const steps = [
    bash('count', note('{{ loop.value }}'), { loop: { for: { start: 2, end: 6, updateBy: 2 } } }),
    bash('each', note('{{ thing.value }}'), { loop: { name: 'thing', forEach: ['a', 'b'] } }),
    bash('split', note('{{ loop.value }}'), { loop: { forEach: { list: 'x,y', delimiter: ',' } } }),
  ];
  await run([document({ build: steps })]);
  expect(notes()).toEqual(['2', '4', '6', 'a', 'b', 'x', 'y']);
});

test.each([
  [{ stringEquals: 'a', value: 'a' }, true],
  [{ stringEquals: 'a', value: 'A' }, false],
  [{ stringIsEmpty: '' }, true],
  [{ patternMatches: '^a.c$', value: 'abc' }, true],
  [{ numberEquals: 1, value: '1.0' }, true],
  [{ numberLessThan: 5, value: 4 }, true],
  [{ numberGreaterThan: 5, value: 'a10' }, false],
  [{ folderExists: '/tmp' }, true],
  [{ fileExists: '/tmp' }, false],
  [{ not: { fileExists: '/tmp/none' } }, true],
  [{ and: [{ folderExists: '/tmp' }, { stringIsEmpty: 'x' }] }, false],
  [{ or: [{ folderExists: '/tmp' }, { stringIsEmpty: 'x' }] }, true],
  [withOutcomes({ stringEquals: 'a', value: 'a' }, 'Skip', 'Execute'), false],
])('the condition %j lets its step run: %s', async (condition, runs) => {
  const result = await run([document({ build: [bash('a', note('ran'), { if: condition })] })]);
  expect(notes()).toEqual(runs ? ['ran'] : []);
  expect(result).toMatchObject({ status: 'success', steps: [{ status: runs ? 'success' : 'skipped' }] });
});

test('a condition that says Abort fails its step', async () => {
  const condition = withOutcomes({ folderExists: '/tmp' }, 'Abort', 'Skip');
  expect(await run([document({ build: [bash('a', note('ran'), { if: condition })] })])).toMatchObject({
    status: 'failed',
  });
  expect(notes()).toEqual([]);
});

describe('files', () => {
  const make = (action: string, input: object) =>
    run([document({ build: [{ name: 'a', action, timeoutSeconds: 5, inputs: [input] }] })]);

  test('are made below the root with the mode that is asked for, and not over another', async () => {
    const input = { path: '/tmp/x', content: 'one', permissions: '0600' };
    await make('CreateFile', input);
    expect(statSync(path.join(dir, 'tmp/x')).mode & 0o777).toBe(0o600);
    expect(await make('CreateFile', { ...input, content: 'two' })).toMatchObject({
      failure: { message: '/tmp/x exists already' },
    });
    expect(await make('CreateFile', { ...input, content: 'two', overwrite: true })).toMatchObject({
      status: 'success',
    });
    expect(readFileSync(path.join(dir, 'tmp/x'), 'utf8')).toBe('two');
    expect(await make('DeleteFile', { path: '/tmp/x' })).toMatchObject({ status: 'success' });
    expect(await make('DeleteFile', { path: '/tmp/x' })).toMatchObject({
      failure: { message: '/tmp/x does not exist' },
    });
  });

  test('cannot lie outside of the root', async () => {
    await make('CreateFolder', { path: '/../../a/b', permissions: '0750' });
    expect(statSync(path.join(dir, 'a/b')).mode & 0o777).toBe(0o750);
  });

  test('come from S3 through whoever called', async () => {
    writeFileSync(path.join(dir, 'object'), 'content');
    const inputs = [{ source: 's3://bucket/key', destination: '/tmp/x' }];
    const data = document({ build: [{ name: 'a', action: 'S3Download', timeoutSeconds: 5, inputs }] });
    const asked: string[] = [];
    const fetchS3 = async (url: string) => {
      asked.push(url);
      return path.join(dir, 'object');
    };
    await run([data], { fetchS3 });
    expect(asked).toEqual(['s3://bucket/key']);
    expect(readFileSync(path.join(dir, 'tmp/x'), 'utf8')).toBe('content');
    expect(await run([data])).toMatchObject({ failure: { message: 's3://bucket/key: there is no S3 here' } });
  });
});

describe('a download', () => {
  let server: Server;
  let answers: number[];
  beforeEach(async () => {
    server = createServer((_, response) => response.writeHead(answers.shift() ?? 200).end('content'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  // The schema wants https; a reference passes it, and is what a test can point at a port.
  const get = (checksum: string) =>
    runDocuments({
      documents: [
        {
          data: document(
            {
              build: [
                {
                  name: 'a',
                  action: 'WebDownload',
                  timeoutSeconds: 20,
                  inputs: [{ source: '{{ Url }}', destination: '/tmp/x', checksum, algorithm: 'SHA256' }],
                },
              ],
            },
            { parameters: [{ Url: { type: 'string' } }] },
          ),
          parameters: { Url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/x` },
        },
      ],
      root: { dir, kind: 'folder' },
    });
  const SUM = 'ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73';

  test('is tried again when the answer is not 200', async () => {
    answers = [503, 404];
    expect(await get(SUM)).toMatchObject({ status: 'success' });
    expect(readFileSync(path.join(dir, 'tmp/x'), 'utf8')).toBe('content');
  });

  test('with another checksum fails and leaves no file', async () => {
    answers = [];
    expect(await get(SUM.replace('e', 'f'))).toMatchObject({
      failure: { message: expect.stringContaining(`SHA256 sum ${SUM}`) },
    });
    expect(existsSync(path.join(dir, 'tmp/x'))).toBe(false);
  });
});

test('a wrong document is refused before anything runs', async () => {
  const good = document({ build: [bash('a', note('ran'))] });
  await expect(run([good, 'name: x\nschemaVersion: 1.0\n'])).rejects.toThrow('document 2: phases is missing');
  expect(notes()).toEqual([]);
});

/** What happens when a condition holds and when it does not. */
function withOutcomes(condition: object, yes: string, no: string): object {
  return { ...condition, ...Object.fromEntries([['then', yes]]), else: no };
}

function isAlive(pid: number): boolean {
  try {
    // A zombie that nobody has waited for yet is dead.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

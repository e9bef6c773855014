import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { runDocuments } from '../../../local/toe/run-document';
import { bash, document, makeTestRoot, note, type TestRoot } from './a-root';

let root: TestRoot;
beforeEach(() => {
  root = makeTestRoot();
});
afterEach(() => root.remove());

const run: TestRoot['run'] = (...args) => root.run(...args);
const notes = () => root.notes();

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
    rmSync(path.join(root.dir, 'notes'));
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
  expect(isAlive(Number(readFileSync(path.join(root.dir, 'child'), 'utf8')))).toBe(false);
});

test.each(['sleep 600', 'setsid sleep 600'])(
  'what a step leaves running in the background goes with it: %s',
  async (command) => {
    await run([document({ build: [bash('a', `${command} >/dev/null 2>&1 & echo $! > "$LAMBDA_EC2_ROOT/child"`)] })]);
    expect(isAlive(Number(readFileSync(path.join(root.dir, 'child'), 'utf8')))).toBe(false);
  },
);

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
  await runDocuments({
    documents: [{ data, parameters: { Url: 's3://b/k' } }],
    root: { dir: root.dir, kind: 'folder' },
  });
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

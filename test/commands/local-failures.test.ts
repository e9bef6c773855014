import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { localBake } from '../../cli/local/local-bake';
import { localRun } from '../../cli/local/local-run';
import { UserError } from '../../contract/user-error';
import { inputZip } from '../jobs/local-job';

// A function that does not do its work on this machine: the command says so at once, instead of waiting for ever. In
// this process, so that a function can be another one than is deployed.

const broken = new Map<string, string>();
jest.mock('../../local/lambda/function-bundle', () => {
  const real = jest.requireActual('../../local/lambda/function-bundle');
  return {
    functionBundle(folder: string, name: string) {
      const file = real.functionBundle(folder, name) as string;
      const text = broken.get(name);
      if (text !== undefined) writeFileSync(file, text);
      return file;
    },
  };
});

let dir: string;
let said: string;
const temporary = process.env.TMPDIR;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'cli-failures-test-'));
  process.env.TMPDIR = path.join(dir, 'tmp');
  mkdirSync(process.env.TMPDIR);
  said = '';
  for (const stream of [process.stdout, process.stderr])
    jest.spyOn(stream, 'write').mockImplementation((text) => {
      said += String(text);
      return true;
    });
});
afterEach(() => {
  jest.restoreAllMocks();
  const left = readdirSync(process.env.TMPDIR as string).filter((name) => !name.startsWith('v8-compile-cache'));
  process.env.TMPDIR = temporary;
  if (temporary === undefined) delete process.env.TMPDIR;
  broken.clear();
  rmSync(dir, { recursive: true, force: true });
  expect(left).toEqual([]);
});

async function errorOf(work: Promise<unknown>): Promise<Error> {
  return work.then(
    (result) => {
      throw new Error(`it ended with ${result}: ${said}`);
    },
    (error) => error,
  );
}

function runJob(): Promise<number> {
  const app = path.join(dir, 'app');
  mkdirSync(app);
  writeFileSync(path.join(app, 'main.py'), '');
  const input = path.join(dir, 'may.zip');
  writeFileSync(input, inputZip());
  return localRun({ app, input, set: [], out: path.join(dir, 'out') });
}

test('local run ends in one sentence when the launch function does not work', async () => {
  broken.set('launch', 'throw new TypeError("no such thing");');
  const error = await errorOf(runJob());
  expect(error).toBeInstanceOf(UserError);
  expect(error.message).toMatch(
    /^the launch function does not work on this machine: the function's process ended \(exit status 1\): TypeError: .*$/,
  );
});

test('local bake ends when the publish function does not work', async () => {
  broken.set('publish', 'throw new TypeError("no such thing");');
  const here = process.cwd();
  process.chdir(dir);
  try {
    const app = path.join(dir, 'app');
    mkdirSync(app);
    const error = await errorOf(localBake({ app, set: [] }));
    expect(error.message).toMatch(/^the publish function does not work on this machine: .*TypeError: no such thing$/);
  } finally {
    process.chdir(here);
  }
});

import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { machineFile } from '../../local/machine-file';
import { commandLines, GUIDES } from '../docs/command-lines';
import { FAILS, RUN, SESSIONS } from '../docs/lines-that-are-run';
import { ROOT, STATE } from './run-command';

const BIN = path.join(ROOT, 'bin/lambda-ec2.js');
const ENV = { ...process.env, NO_COLOR: '1', LAMBDA_EC2_STATE: STATE };

let dir: string;
let machine: ChildProcess | undefined;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'documents-'));
});
afterEach(async () => {
  if (machine?.exitCode === null) {
    machine.kill('SIGINT');
    await once(machine, 'exit');
  }
  rmSync(dir, { recursive: true, force: true });
});

/** The lines of a document that are run here, in their order. */
const linesOf = (file: string) =>
  commandLines(file)
    .filter(({ line, account }) => !account && RUN[line] === SESSIONS)
    .map(({ line }) => line);

/** What the reader of a document has: the folder of an example, or a project with an input of their own. */
function readersFolder(file: string): string {
  const folder = file.startsWith('example/') ? path.join(dir, path.dirname(file)) : dir;
  cpSync(path.join(ROOT, 'example'), path.join(dir, 'example'), { recursive: true });
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(dir, 'node_modules'));
  cpSync(path.join(ROOT, 'settings.yaml'), path.join(dir, 'settings.yaml'));
  execFileSync('python3', ['-m', 'zipfile', '-c', path.join(folder, 'may.zip'), 'example/input/sales.csv'], {
    cwd: ROOT,
  });
  return folder;
}

/** `npx` finds the command in the project, which here is a copy of the reader's own. */
const typed = (line: string) =>
  line
    .replace('npx lambda-ec2', `'${process.execPath}' '${BIN}'`)
    .replace('/path/to/your-app', path.join(dir, 'example'));

interface Said {
  status: number;
  text: string;
}

function run(line: string, cwd: string): Promise<Said> {
  return new Promise((resolve) => {
    execFile('bash', ['-c', typed(line)], { cwd, env: ENV }, (error, stdout, stderr) => {
      resolve({ status: error ? Number(error.code) : 0, text: stdout + stderr });
    });
  });
}

/** What the reader does in a terminal of its own, until other commands find it. */
async function keepRunning(line: string, cwd: string): Promise<Said> {
  const up = spawn('bash', ['-c', `exec ${typed(line)}`], { cwd, env: ENV, stdio: 'ignore' });
  machine = up;
  while (up.exitCode === null && !existsSync(machineFile(ENV))) await pause(100);
  return { status: up.exitCode ?? 0, text: '' };
}

test.each(GUIDES.filter((file) => linesOf(file).length > 0))(
  'the command lines of %s do what they are there for',
  async (file) => {
    const folder = readersFolder(file);
    for (const line of linesOf(file)) {
      const cwd = line.includes('example/') ? dir : folder;
      const { status, text } = await (line.includes(' local up ') ? keepRunning : run)(line, cwd);
      const isAsWritten = status === (FAILS[line] ?? 0);
      expect({ line, status, text: isAsWritten ? '' : text }).toEqual({ line, status: FAILS[line] ?? 0, text: '' });
    }
  },
);

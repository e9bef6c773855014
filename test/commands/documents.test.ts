import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { commandLines, GUIDES } from '../docs/command-lines';
import { RUN, SESSIONS } from '../docs/lines-that-are-run';
import { ROOT, STATE } from './run-command';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'documents-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** The lines of a document that are run here, in their order. */
const linesOf = (file: string) =>
  commandLines(file)
    .filter(({ line, account }) => !account && RUN[line] === SESSIONS)
    .map(({ line }) => line);

/** What the reader of a document has: its folder, or for the root a project with an app and an input of their own. */
function readersFolder(file: string): string {
  const folder = path.join(dir, path.dirname(file));
  cpSync(path.join(ROOT, 'example'), path.join(dir, 'example'), { recursive: true });
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(dir, 'node_modules'));
  cpSync(path.join(ROOT, 'settings.yaml'), path.join(dir, 'settings.yaml'));
  execFileSync('python3', ['-m', 'zipfile', '-c', path.join(folder, 'may.zip'), 'example/input/sales.csv'], {
    cwd: ROOT,
  });
  return folder;
}

test.each(GUIDES.filter((file) => linesOf(file).length > 0))(
  'the command lines of %s do what they are there for',
  (file) => {
    const folder = readersFolder(file);
    const bin = path.join(ROOT, 'bin/lambda-ec2.js');
    const said = linesOf(file).map((line) => {
      // `npx` finds the command in the project, which here is a copy of the reader's own.
      const typed = line
        .replace('npx lambda-ec2', `'${process.execPath}' '${bin}'`)
        .replace('/path/to/your-app', path.join(dir, 'example'));
      const cwd = line.includes('example/') ? dir : folder;
      const env = { ...process.env, NO_COLOR: '1', LAMBDA_EC2_STATE: STATE };
      const { status, stdout, stderr } = spawnSync('bash', ['-c', typed], { cwd, env, encoding: 'utf8' });
      return { line, status, text: status === 0 ? '' : stdout + stderr };
    });
    expect(said).toEqual(linesOf(file).map((line) => ({ line, status: 0, text: '' })));
  },
);

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stringify } from 'yaml';
import { VARIANTS } from '../infra/variants';
import { lambdaEc2 } from './run-command';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'everything-on-test-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const MAIN = `import json, os, sys, zipfile
open('report/report.log', 'w').close()
names = ('LOG_LEVEL', 'DB_PASSWORD', 'TOKEN', 'https_proxy')
with zipfile.ZipFile('report/out.zip', 'w') as archive:
    archive.writestr('seen', json.dumps([sys.argv[1:], [os.environ.get(name) for name in names]]))
`;

/** The app of those settings: a repository with all in one folder, on a branch of its own. */
function anApp(): string {
  const app = path.join(dir, 'app');
  mkdirSync(path.join(app, 'report'), { recursive: true });
  writeFileSync(path.join(app, 'report/main.py'), MAIN);
  writeFileSync(path.join(app, 'report/requirements.txt'), '');
  const git = (...args: string[]) => execFileSync('git', args, { cwd: app });
  git('init', '-q', '-b', 'release', '.');
  git('add', '.');
  git('-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '-q', '-m', 'first');
  return app;
}

const python = (...args: string[]) => execFileSync('python3', args, { encoding: 'utf8', cwd: dir }).trim();

test('this machine runs a job of the settings file with everything on, and says what it leaves out', async () => {
  const { app_packages: _, ...everything } = VARIANTS['everything on'] ?? {};
  const python_version = python('-c', 'import sys; print("%d.%d" % sys.version_info[:2])');
  const settings = path.join(dir, 'settings.yaml');
  writeFileSync(settings, stringify({ app_url: 'https://example.com/app.git', ...everything, python_version }));
  writeFileSync(path.join(dir, 'x'), 'x');
  python('-m', 'zipfile', '-c', 'in.zip', 'x');
  const input = path.join(dir, 'in.zip');
  const out = path.join(dir, 'out');
  const { code, stderr } = await lambdaEc2(
    ['local', 'run', '--settings', settings, '--app', anApp(), '--input', input, '--out', out],
    { env: { DB_PASSWORD: 'one', TOKEN: 'two' } },
  );
  expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
  expect(stderr).toContain('system_packages are not installed here (libgomp, poppler-utils)');
  expect(stderr).toContain('pip_config: team/pip#config is a secret in AWS');
  python('-m', 'zipfile', '-e', path.join(out, 'in.zip'), out);
  expect(JSON.parse(readFileSync(path.join(out, 'seen'), 'utf8'))).toEqual([
    ['--month', 'may'],
    ['debug', 'one', 'two', 'http://proxy.example.com:3128'],
  ]);
});

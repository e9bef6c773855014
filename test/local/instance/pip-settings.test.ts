import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inherited } from '../../../local/instance/environment';
import { pipWarnings } from '../../../local/instance/pip-settings';

// What a local job is told of this machine's pip: an instance is told nothing of it, so a person must know.

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'pip-settings-test-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function write(file: string, text: string): string {
  const target = path.join(home, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, text);
  return target;
}

test('variables and files that pip goes by are named, and no value of theirs', () => {
  const own = write('.config/pip/pip.conf', '[global]\nindex-url = https://me:hunter2@index.example\nuser = true\n');
  const machine = write('etc/pip.conf', '[install]\nfind_links=\n  /wheels\n# cert = no\n');
  const env = { HOME: home, PIP_CERT: '/hunter2.pem', PIP_USER: '1', PIP_DISABLE_PIP_VERSION_CHECK: '1' };
  expect(pipWarnings(env, [machine, '/no/such/file'])).toEqual([
    `pip goes by PIP_CERT, find-links of ${machine}, index-url of ${own}: settings of this machine, which an instance does not have`,
  ]);
});

test('a machine that says nothing of packages has no warning', () => {
  write('.config/pip/pip.conf', '[global]\nuser = true\n');
  expect(pipWarnings({ HOME: home, PIP_USER: '1' }, [])).toEqual([]);
  expect(pipWarnings({ PIP_CONFIG_FILE: '/dev/null' }, [write('pip.conf', 'cert = x\n')])).toEqual([]);
});

test("the person's own file reaches an instance, which has another home", () => {
  expect(inherited({ HOME: home })).toEqual({});
  const old = write('.pip/pip.conf', '');
  expect(inherited({ HOME: home })).toEqual({ PIP_CONFIG_FILE: old });
  const own = write('.config/pip/pip.conf', '');
  expect(inherited({ HOME: home })).toEqual({ PIP_CONFIG_FILE: own });
  expect(inherited({ HOME: home, PIP_CONFIG_FILE: '/other' })).toEqual({ PIP_CONFIG_FILE: '/other' });
});

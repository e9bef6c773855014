import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isOfJob, prepareOut } from '../../cli/shared/out-folder';

let dir: string;
const put = (name: string, text: string) => writeFileSync(path.join(dir, name), text);
const status = (job_id: string) =>
  JSON.stringify({ job_id, state: 'SUCCEEDED', reason: null, message: '', attempt: 1, phases: [] });

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'lambda-ec2-out-test-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

test('what an earlier run of the job left may be replaced', () => {
  put('may.zip', 'x');
  put('may_status.json', status('may'));
  expect(isOfJob(dir, 'may')).toBe(true);
  expect(() => prepareOut(dir, 'may')).not.toThrow();
});

test.each([
  ['no status beside it', undefined],
  ['the status of another job beside it', status('2026/may')],
  ['something else beside it', 'x'],
])('a file of the name of an output, with %s, is not', (_, text) => {
  put('may.zip', 'x');
  if (text !== undefined) put('may_status.json', text);
  expect(() => prepareOut(dir, 'may')).toThrow(/is there, and no run of may left it; give another folder$/);
  expect(existsSync(path.join(dir, 'may.zip'))).toBe(true);
});

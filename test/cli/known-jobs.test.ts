import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { recallJobs, rememberJobs } from '../../cli/shared/known-jobs';

let dir: string;
let file: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'known-jobs-'));
  file = path.join(dir, 'state', 'known-jobs.json');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const ours = { isLocal: false, name: 'jobs' };

test('the last 50 of each system, the newest first, each once', () => {
  rememberJobs(
    ours,
    Array.from({ length: 60 }, (_, n) => `old-${n}`),
    file,
  );
  rememberJobs({ isLocal: false, name: 'other' }, ['theirs'], file);
  rememberJobs({ isLocal: true, name: 'jobs' }, ['here'], file);
  rememberJobs(ours, ['new', 'old-7'], file);
  const known = recallJobs(ours, file);
  expect(known.slice(0, 3)).toEqual(['new', 'old-7', 'old-0']);
  expect(known).toHaveLength(50);
  expect(recallJobs({ isLocal: true }, file)).toEqual(['here']);
  expect(recallJobs({ isLocal: false, name: 'other' }, file)).toEqual(['theirs']);
});

test('without a name, of the stack that was seen last', () => {
  rememberJobs(ours, ['a'], file);
  rememberJobs({ isLocal: false, name: 'other' }, ['b'], file);
  rememberJobs({ isLocal: true, name: 'x' }, ['c'], file);
  expect(recallJobs({}, file)).toEqual(['b']);
});

test('what cannot be read or written is no matter of the command', () => {
  expect(recallJobs(ours, file)).toEqual([]);
  rememberJobs(ours, ['a'], file);
  writeFileSync(file, '{"half');
  expect(recallJobs(ours, file)).toEqual([]);
  rememberJobs(ours, ['b'], file);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual([{ ...ours, ids: ['b'] }]);
  expect(() => rememberJobs(ours, ['c'], path.join(file, 'below', 'a-file'))).not.toThrow();
});

import path from 'node:path';
import { fileNameOf, outputFiles } from '../../cli/shared/output-files';
import { outputKeys } from '../../contract/keys';
import { scheduledJobId } from '../../contract/scheduled-job';

test.each([
  ['nightly/2026-11-27T02:00:00Z.zip', '2026-11-27T02-00-00Z.zip'],
  ['a/b?c*d|e<f>g"h.zip', 'b-c-d-e-f-g-h.zip'],
  ['a/..\\..\\up.zip', '..-..-up.zip'],
  ['con.zip', 'con_.zip'],
  ['2026/COM1_status.json', 'COM1_status.json'],
  ['2026/über may.zip', 'über may.zip'],
])('what lies at %j is a file that Windows can have: %j', (key, name) => {
  expect(fileNameOf(key, 'win32')).toBe(name);
  expect(fileNameOf(key, 'linux')).toBe(path.posix.basename(key));
});

test('the four files of a job of a schedule are four files on Windows too', () => {
  const keys = Object.values(outputKeys(scheduledJobId('nightly', '2026-11-27T02:00:00Z')));
  const names = keys.map((key) => fileNameOf(key, 'win32'));
  expect(new Set(names).size).toBe(4);
  expect(names.join()).not.toContain(':');
});

test('elsewhere an output has the last part of its key as its name', () => {
  expect(outputFiles('nightly/2026-11-27T02:00:00Z', 'out').output).toBe(path.join('out', '2026-11-27T02:00:00Z.zip'));
});

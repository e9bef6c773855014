import fc from 'fast-check';
import { inputKey, jobIdOfStatusKey, jobIdProblem, outputKeys, parseInputKey } from '../../contract/keys';

const refusalOf = (key: string) => {
  const parsed = parseInputKey(key);
  if (parsed.ok) throw new Error(`${key} was taken`);
  return parsed.refusal;
};

test('the job id is the key below the prefix without .zip, slashes kept', () => {
  expect(parseInputKey('app_runner/input/2026/may.zip')).toEqual({ ok: true, job: { jobId: '2026/may' } });
  expect(parseInputKey('app_runner/input/a b+ü.zip.zip')).toEqual({ ok: true, job: { jobId: 'a b+ü.zip' } });
});

test('inputs of one name in two folders never share an output', () => {
  const keys = ['a/x', 'b/x'].map((id) => outputKeys(id).output);
  expect(keys).toEqual(['app_runner/output/a/x.zip', 'app_runner/output/b/x.zip']);
});

test('a template segment right after the prefix names a launch template version', () => {
  expect(parseInputKey('app_runner/input/template=7/may.zip')).toEqual({
    ok: true,
    job: { jobId: 'may', templateVersion: '7' },
  });
  expect(parseInputKey('app_runner/input/2026/template=7/may.zip')).toEqual({
    ok: true,
    job: { jobId: '2026/template=7/may' },
  });
});

test('keys that are no inputs are foreign and get no record', () => {
  for (const key of [
    'other/may.zip',
    'app_runner/input/may.txt',
    'app_runner/output/may.zip',
    'app_runner/input/may.ZIP',
  ]) {
    expect(refusalOf(key)).toMatchObject({ kind: 'foreign' });
    expect(refusalOf(key).jobId).toBeUndefined();
  }
});

test('an input that cannot run is refused with the job id its record goes to', () => {
  expect(refusalOf('app_runner/input/template=new/may.zip')).toMatchObject({ kind: 'refused', jobId: 'may' });
  expect(refusalOf('app_runner/input/a/../may.zip')).toMatchObject({ kind: 'refused', jobId: 'a/../may' });
  expect(refusalOf('app_runner/input/a\nb.zip')).toMatchObject({ kind: 'refused', jobId: 'a\nb' });
});

test('an input without a name, or with one too long for its outputs, has nowhere to put a record', () => {
  expect(refusalOf('app_runner/input/.zip')).toEqual({ kind: 'refused', message: expect.stringContaining('empty') });
  const longest = 'x'.repeat(1024 - outputKeys('').status.length);
  expect(jobIdProblem(longest)).toBeUndefined();
  expect(refusalOf(inputKey(`${longest}x`))).toEqual({
    kind: 'refused',
    message: expect.stringContaining('too long'),
  });
});

test('input keys and job ids are each other’s inverse, and no two jobs share an output', () => {
  const id = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }).filter((text) => !jobIdProblem(text));
  const version = fc.option(fc.integer({ min: 1, max: 9999 }).map(String), { nil: undefined });
  fc.assert(
    fc.property(id, version, (jobId, templateVersion) => {
      const parsed = parseInputKey(inputKey(jobId, templateVersion));
      expect(parsed).toEqual({ ok: true, job: { jobId, ...(templateVersion && { templateVersion }) } });
      expect(jobIdOfStatusKey(outputKeys(jobId).status)).toBe(jobId);
    }),
  );
  fc.assert(
    fc.property(id, id, (a, b) => {
      const shared = Object.values(outputKeys(a)).filter((key) => Object.values(outputKeys(b)).includes(key));
      expect(shared.length).toBe(a === b ? 4 : 0);
    }),
  );
});

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

const EMPTY = 'the file name before .zip is empty: give the input a name, as in may.zip';
const DOTS = 'the key holds a "." or ".." folder, which tools rewrite on the way: rename the input without it';
const CONTROL = 'the key holds a control character: rename the input without it';
const AGAIN = 'the job id starts with a template= segment: use that segment once only';

test.each([
  ['', EMPTY],
  ['a/', EMPTY],
  ['template=7/may', AGAIN],
  ['template=/may', AGAIN],
  ['a\u0000b', CONTROL],
  ['a\u001fb', CONTROL],
  ['a\u007fb', CONTROL],
  ['.', DOTS],
  ['..', DOTS],
  ['a/./b', DOTS],
  ['a/../b', DOTS],
  ['ü'.repeat(498), 'the key is too long for its outputs: shorten it to 994 bytes after the prefix'],
])('the job id %j is none, and a person is told why', (jobId, problem) => {
  expect(jobIdProblem(jobId)).toBe(problem);
});

test.each(['may', 'a/b', 'template=7', 'a/template=7/may', '.a', 'a..', '...', 'a b', 'ü'.repeat(497)])(
  'the job id %j is one',
  (jobId) => {
    expect(jobIdProblem(jobId)).toBeUndefined();
  },
);

test('what is wrong with a key is told, with a job id only where a record can be written', () => {
  const foreign = (message: string) => ({ ok: false, refusal: { kind: 'foreign', message } });
  const refused = (message: string, more = {}) => ({ ok: false, refusal: { kind: 'refused', message, ...more } });
  expect(parseInputKey('other/may.zip')).toStrictEqual(foreign('the key is not under app_runner/input/'));
  expect(parseInputKey('app_runner/input/may.tar')).toStrictEqual(foreign('the key does not end in .zip'));
  expect(parseInputKey('app_runner/input/a/.zip')).toStrictEqual(refused(EMPTY));
  expect(parseInputKey('app_runner/input/template=7/.zip')).toStrictEqual(refused(EMPTY));
  expect(parseInputKey('app_runner/input/a/../b.zip')).toStrictEqual(refused(DOTS, { jobId: 'a/../b' }));
});

test.each(['new', '', '0', '-1', '07', '1.5', '1234567890', '7a'])(
  'template=%s names no launch template version',
  (version) => {
    expect(parseInputKey(`app_runner/input/template=${version}/a/may.zip`)).toEqual({
      ok: false,
      refusal: {
        kind: 'refused',
        jobId: 'a/may',
        message: `template=${version} does not name a launch template version: use a number, as in app_runner/input/template=7/a/may.zip`,
      },
    });
  },
);

test('the longest number of a version is of nine digits', () => {
  expect(parseInputKey('app_runner/input/template=123456789/may.zip')).toMatchObject({
    ok: true,
    job: { templateVersion: '123456789' },
  });
});

test('a job leaves four keys, of which its status names it', () => {
  expect(outputKeys('2026/may')).toEqual({
    output: 'app_runner/output/2026/may.zip',
    ec2Log: 'app_runner/output/2026/may_ec2.log',
    appLog: 'app_runner/output/2026/may_app.log',
    status: 'app_runner/output/2026/may_status.json',
  });
  expect(jobIdOfStatusKey('app_runner/output/2026/may_status.json')).toBe('2026/may');
  for (const key of [
    'other/may_status.json',
    'app_runner/output/may.zip',
    'app_runner/output/_status.json',
    'app_runner/output/may_status.json.bak',
  ]) {
    expect(jobIdOfStatusKey(key)).toBeUndefined();
  }
});

import fc from 'fast-check';
import { displayValue, JOB_TAG, JOB_TOKEN_TAG, MAX_TAG_VALUE, STACK_TAG, tagProblems } from '../../contract/tags';
import { likeKeys } from '../../contract/tags-setting';

test('our own tag keys can be shown by instance metadata', () => {
  expect(tagProblems({ [STACK_TAG]: 'x', [JOB_TAG]: 'x', [JOB_TOKEN_TAG]: 'x', app_url: 'x' })).toEqual([]);
});

test.each(['a b', 'a/b', '', '.', '..', '_index', 'ä', 'x'.repeat(128), 'aws:x'])(
  'tag key %j would make every launch fail and is reported',
  (key) => {
    expect(tagProblems({ [key]: 'x' })).toHaveLength(1);
  },
);

test('all problems come at once: too many tags, a long value, a control character', () => {
  const many = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`k${index}`, '']));
  const problems = tagProblems({ ...many, long: 'x'.repeat(257), broken: 'a\nb' });
  expect(problems).toEqual([
    "42 tags: an instance can hold 50, of which 10 are its job's, so leave 2 out",
    expect.stringContaining('long: 257 characters'),
    expect.stringContaining('control character'),
  ]);
});

test('a display value is always a valid tag value and keeps the end of a long text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (text) => {
      expect(tagProblems({ Name: displayValue(text) })).toEqual([]);
    }),
  );
  const shown = displayValue(`${'x'.repeat(300)}/may`);
  expect(shown).toHaveLength(MAX_TAG_VALUE);
  expect(shown).toMatch(/^\.\.\.x+\/may$/);
  expect(displayValue('a\tb?')).toBe('a_b_');
});

const ALLOWED = 'use only letters, digits and - _ + = , . @ : (at most 127)';

test.each([
  ['a b', 'x', [`tag key "a b": ${ALLOWED}`]],
  ['.', 'x', [`tag key ".": ${ALLOWED}`]],
  ['x'.repeat(127), 'x', []],
  ['aws:x', 'x', ['tag key "aws:x": the prefix aws: is reserved']],
  ['AWS:x', 'x', ['tag key "AWS:x": the prefix aws: is reserved']],
  ['my-aws:x', 'x', []],
  ['a', 'x'.repeat(256), []],
  ['a', 'x'.repeat(257), ['tag a: 257 characters, the limit is 256']],
  ['a', 'b\u007f', ['tag a: the value holds a control character']],
])('of a tag %j is said what is wrong', (key, value, problems) => {
  expect(tagProblems({ [key]: value })).toEqual(problems);
});

test('forty tags fit, beside those of the job', () => {
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, '']));
  expect(tagProblems(many(40))).toEqual([]);
  expect(tagProblems(many(41))).toEqual([
    "41 tags: an instance can hold 50, of which 10 are its job's, so leave 1 out",
  ]);
});

test('a long text is shown by its end, without half a character', () => {
  expect(displayValue('x'.repeat(256))).toBe('x'.repeat(256));
  expect(displayValue(`a${'x'.repeat(256)}`)).toBe(`...${'x'.repeat(253)}`);
  // A letter of two units, of which the cut leaves the second.
  expect(displayValue(`aaaa\u{10400}${'x'.repeat(252)}`)).toBe(`...${'x'.repeat(252)}`);
  expect(displayValue(`${'x'.repeat(300)}\u{10400}a`)).toBe(`...${'x'.repeat(250)}\u{10400}a`);
  expect(displayValue('日本 2026_x.:/=+-@')).toBe('日本 2026_x.:/=+-@');
  expect(displayValue('a,b;c')).toBe('a_b_c');
});

test('keys that differ in the case of a letter are one, and keys that differ in letters are two', () => {
  expect(likeKeys(['Team', 'CostCenter', 'team'])).toBe('team');
  expect(likeKeys(['Straße', 'STRASSE'])).toBeUndefined();
});

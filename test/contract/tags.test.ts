import fc from 'fast-check';
import { displayValue, JOB_TAG, JOB_TOKEN_TAG, MAX_TAG_VALUE, STACK_TAG, tagProblems } from '../../contract/tags';

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

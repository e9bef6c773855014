import { errorMessage } from '../../../lambda/shared/error-message';
import { clip } from '../../../lambda/shared/text';

const named = (name: string, message: string) => Object.assign(new Error(message), { name });

test.each([
  ['code and words', named('AccessDenied', 'You may not'), 'AccessDenied: You may not'],
  ['an error of our own', new Error('no topic'), 'no topic'],
  ['something else that was thrown', 'text', 'text'],
  [
    'without its opaque part',
    named('UnauthorizedOperation', 'You may not. Encoded authorization failure message: x1y2z3'),
    'UnauthorizedOperation: You may not.',
  ],
  ['that part alone', new Error('Encoded authorization failure message: x1y2z3'), ''],
  ['and what stands right before it', new Error('denied:Encoded authorization failure message: x'), 'denied:'],
  [
    'of several addresses that did not answer, the first',
    new AggregateError([new Error('connect ECONNREFUSED 127.0.0.1:1'), new Error('other')]),
    'AggregateError: connect ECONNREFUSED 127.0.0.1:1',
  ],
  ['what is behind it', new Error('', { cause: new Error('the cause') }), 'the cause'],
  ['its code, when there is nothing else', Object.assign(new Error(''), { code: 'ECONNRESET' }), 'ECONNRESET'],
  ['nothing', named('Strange', ''), 'Strange: no further words'],
])('%s', (_, error, said) => {
  expect(errorMessage(error)).toBe(said);
});

test('words become one line, cut where it gets too long and never within a character', () => {
  expect(clip(' a\r\n\tb\u0000c ')).toBe('a b c');
  expect(clip('x'.repeat(600))).toHaveLength(500);
  expect(clip('ab\u{1F600}cd', 4)).toBe('ab…');
  expect(clip('\u{1F600}bcde', 4)).toBe('\u{1F600}b…');
});

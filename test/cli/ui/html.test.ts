import { Html, html, type Value } from '../../../cli/ui/html';
import { EVIL } from './history';

test('a value is text, in an element and in an attribute', () => {
  const { text } = html`<p title="${EVIL}">${EVIL}</p>`;
  for (const part of ['<script', '<img', '\u001b', 'onerror="']) expect(text).not.toContain(part);
  expect(text.match(/[<>]/g)).toHaveLength(4);
  expect(text.match(/"/g)).toHaveLength(2);
});

test.each<[string, Value, string]>([
  ['lists are joined', [html`<li>`, 'a', 1], '<li>a1'],
  ['null is nothing', null, ''],
  ['undefined is nothing', undefined, ''],
  ['false is nothing', false, ''],
  ['zero is a number', 0, '0'],
  ['HTML stays', new Html('<b>'), '<b>'],
  ['quotes and ampersands', `a&b's "c"`, 'a&amp;b&#39;s &quot;c&quot;'],
  ['line breaks and tabs stay, other control characters do not', 'a\n\tb\u0000\u0008c\r', 'a\n\tb  c '],
  ['sequences for a terminal go', '\u001b[31mred\u001b[0m\u001b]8;;http://x\u0007link', 'redlink'],
])('%s', (_, value, text) => {
  expect(html`${value}`.text).toBe(text);
});

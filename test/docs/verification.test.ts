import { page } from './pages';

const list = page('docs/verification.md').split('## What needs a live account')[1] ?? '';
const items = list.split(/^- \[.\] /m).slice(1);
/** What begins the sentence about what is lost. */
const LOSS = /\b(else|otherwise|without|were|where|if)\b/i;

test('each item that needs an account says what is lost if it is otherwise', () => {
  expect(items.length).toBeGreaterThan(40);
  expect(items.filter((item) => !LOSS.test(item))).toEqual([]);
});

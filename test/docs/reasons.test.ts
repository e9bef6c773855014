import { REASON_FAULTS, REASONS } from '../../contract/status';
import { PAGES, page, tableOf } from './pages';

test('operating.md explains each reason, says whose fault it is, and knows no other', () => {
  const explained = tableOf(page('docs/operating.md'), 'reason').map(([reason = '', fault]) => [
    reason.replaceAll('`', ''),
    fault,
  ]);
  expect(Object.fromEntries(explained)).toEqual(REASON_FAULTS);
  expect(explained).toHaveLength(Object.keys(REASON_FAULTS).length);
});

test.each(PAGES)('%s has no reason in a table that a status cannot have', (file) => {
  for (const [word] of page(file).matchAll(/(?<=\| )[A-Z]+_[A-Z]+(?= \|)/g)) expect(REASONS).toContain(word);
});

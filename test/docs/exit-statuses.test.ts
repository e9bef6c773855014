import { EXIT_STATUSES } from '../../contract/user-error';
import { page, tableOf } from './pages';

test('operating.md says what each exit status means, in the words of the table', () => {
  const rows = tableOf(page('docs/operating.md'), 'status').map(([status, meaning]) => [Number(status), meaning]);
  expect(Object.fromEntries(rows)).toEqual(EXIT_STATUSES);
});

import { EXIT_STATUSES } from '../../contract/user-error';
import { page, tableOf } from './pages';

test('operating.md says what each exit status means, and knows no other', () => {
  expect(tableOf(page('docs/operating.md'), 'status').map(([status]) => Number(status))).toEqual([...EXIT_STATUSES]);
});

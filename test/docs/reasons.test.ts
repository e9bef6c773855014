import { REASONS } from '../../contract/reasons';
import { PAGES, page } from './pages';

test.each(PAGES)('%s has no reason in a table that a status cannot have', (file) => {
  for (const [word] of page(file).matchAll(/(?<=\| `?)[A-Z]+_[A-Z]+(?=`? \|)/g)) expect(REASONS).toContain(word);
});

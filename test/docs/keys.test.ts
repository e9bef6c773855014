import { KEYS } from '../../contract/bucket-keys';
import { OUTPUT_PREFIX, outputKeys } from '../../contract/keys';
import { PAGES, page, tableOf } from './pages';

test('README.md names every key that a job leaves behind, and no other', () => {
  const named = tableOf(page('README.md'), 'key').map(([key = '']) => OUTPUT_PREFIX + key.replaceAll('`', ''));
  expect(named.sort()).toEqual(Object.values(outputKeys('{job_id}')).sort());
});

test.each(PAGES)('every key that %s mentions begins as one of ours does', (file) => {
  const prefixes = [...new Set(Object.keys(KEYS).map((key) => key.split('/').slice(0, 2).join('/')))];
  for (const [key] of page(file).matchAll(/\bapp_runner\/\S*/g))
    expect(prefixes.filter((prefix) => key.startsWith(prefix))).toHaveLength(1);
});

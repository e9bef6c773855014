import { INDEX_PREFIX } from '../../contract/job-index';
import { INPUT_PREFIX, OUTPUT_PREFIX, outputKeys, PACKAGES_PREFIX } from '../../contract/keys';
import { TOMBSTONES_PREFIX } from '../../lambda/guard/tombstone';
import { PAGES, page, tableOf } from './pages';

test('README.md names every key that a job leaves behind, and no other', () => {
  const named = tableOf(page('README.md'), 'key').map(([key = '']) => OUTPUT_PREFIX + key.replaceAll('`', ''));
  expect(named.sort()).toEqual(Object.values(outputKeys('{job_id}')).sort());
});

test.each(PAGES)('every key that %s mentions begins as one of ours does', (file) => {
  const prefixes = [INPUT_PREFIX, OUTPUT_PREFIX, INDEX_PREFIX, PACKAGES_PREFIX, TOMBSTONES_PREFIX];
  for (const [key] of page(file).matchAll(/\bapp_runner\/\S*/g))
    expect(prefixes.filter((prefix) => key.startsWith(prefix))).toHaveLength(1);
});

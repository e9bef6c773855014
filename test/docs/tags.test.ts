import { JOB_LINE_TAG, TAGS } from '../../contract/tags';
import { PAGES, page } from './pages';

test.each(PAGES)('every tag that %s mentions is one that is set', (file) => {
  const known = [...Object.keys(TAGS), JOB_LINE_TAG];
  for (const [tag] of page(file).matchAll(/\blambda-ec2:[a-z][\w.-]*/g)) expect(known).toContain(tag);
});

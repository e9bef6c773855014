import { jobLineTags } from '../../contract/job-line-tags';
import { JOB_TAG, JOB_TOKEN_TAG, PYTHON_TAG, STACK_TAG } from '../../contract/tags';
import { KEEP_TAG } from '../../infra/image-lifecycle';
import { HANDLED_TAG } from '../../lambda/publish/bakes';
import { PAGES, page } from './pages';

const JOB_LINE = { bucket: 'b', key: 'app_runner/input/a.zip', versionId: '', sequencer: '', attempt: 1 };
const TAGS = [
  STACK_TAG,
  PYTHON_TAG,
  JOB_TAG,
  JOB_TOKEN_TAG,
  HANDLED_TAG,
  ...Object.keys({ ...KEEP_TAG, ...jobLineTags(JOB_LINE) }),
];

test.each(PAGES)('every tag that %s mentions is one that is set', (file) => {
  for (const [tag] of page(file).matchAll(/\blambda-ec2:[a-z][\w.-]*/g)) expect(TAGS).toContain(tag);
});

import { cpSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../commands/run-command';
import { LocalJob, resultText, useLocalMachine, WRITE_OUTPUT } from './local-job';

// The app's requirements, installed by pip from within the app's folder, which pip must take for nothing of its own.

const machine = useLocalMachine();
let job: LocalJob;
beforeEach(() => {
  job = new LocalJob(machine());
});
afterEach(() => job.close());

test('an app whose modules have the names of pip and of its parts gets its requirements all the same', async () => {
  job.commit({
    'main.py': `${WRITE_OUTPUT}\nimport barchart\nwrite_output(barchart.__name__)`,
    'needs.txt': 'wheels/barchart-1.0.0-py3-none-any.whl\n',
    'pip.py': '',
    'setuptools/__init__.py': 'raise SystemExit("not for pip")',
    'optparse.py': 'raise SystemExit("not for pip")',
  });
  cpSync(path.join(ROOT, 'example/wheels'), path.join(job.repository, 'wheels'), { recursive: true });
  job.commit({});
  await job.configure({ app_requirements: 'needs.txt' });
  const { status, output } = await job.run('shadows');
  expect([status.state, status.packages, resultText(output)]).toEqual([
    'SUCCEEDED',
    expect.arrayContaining(['barchart==1.0.0']),
    'barchart',
  ]);
});

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

// A waiter of the SDK looks every 15 seconds (instance-running: EC2's waiters-2.json), which is longer than a job takes to
// begin: what is waited for here is looked at every second or so.

const ROOT = path.join(__dirname, '../..');
const git = ['-C', ROOT, 'ls-files', '-z', 'cli', 'lambda', 'local', 'bin'];
const sources = execFileSync('git', git, { encoding: 'utf8' })
  .split('\0')
  .filter((file) => /\.(ts|js)$/.test(file));

test('nothing waits by a waiter of the SDK', () => {
  expect(sources.length).toBeGreaterThan(100);
  const waiting = sources.filter((file) =>
    /\bwaitUntil[A-Z]\w*|\bwaitFor(Instance|Image)\w*|util-waiter|createWaiter/.test(
      readFileSync(path.join(ROOT, file), 'utf8'),
    ),
  );
  expect(waiting).toEqual([]);
});

import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { startGitServer } from '../test/jobs/git-server';
import { compare } from './measure';

const COMMITS = 300;
const run = promisify(execFile);

/** The runner's shallow fetch beside a clone, from a real git server with a repository that has a history. */
export async function benchSource(dir: string, rounds: number): Promise<void> {
  const repository = path.join(dir, 'repository');
  makeHistory(repository);
  const server = await startGitServer(dir);
  const url = `${server.url}/repository/.git`;
  const work = path.join(dir, 'work');
  const git = async (...args: string[]) => void (await run('git', args));
  const fresh = async (fetch: () => Promise<void>) => {
    rmSync(work, { recursive: true, force: true });
    await fetch();
  };
  try {
    await compare(
      `the app's source, ${COMMITS} commits over HTTP`,
      [
        {
          name: 'init, fetch --depth 1, checkout (the runner)',
          run: () =>
            fresh(async () => {
              await git('init', '--quiet', work);
              await git('-C', work, 'fetch', '--quiet', '--no-tags', '--depth', '1', url, 'HEAD');
              await git('-C', work, 'checkout', '--quiet', '--detach', 'FETCH_HEAD');
            }),
        },
        { name: 'clone --depth 1', run: () => fresh(() => git('clone', '--quiet', '--depth', '1', url, work)) },
        { name: 'clone', run: () => fresh(() => git('clone', '--quiet', url, work)) },
      ],
      rounds,
    );
  } finally {
    await server.close();
  }
}

/** Many commits that each change a part of many files, through git's own import format: seconds instead of minutes. */
function makeHistory(repository: string): void {
  mkdirSync(repository);
  execFileSync('git', ['init', '--quiet', '--initial-branch=main', repository]);
  const commits = Array.from({ length: COMMITS }, (_, number) => {
    const files = Array.from({ length: 20 }, (_, file) => {
      const text = Array.from({ length: 200 }, (_, line) => `${(number * 31 + file * 17 + line) ** 3}\n`).join('');
      return `M 100644 inline folder${(number + file) % 40}/file${file}.py\ndata ${Buffer.byteLength(text)}\n${text}\n`;
    });
    return `commit refs/heads/main\ncommitter b <b@example.com> ${1_700_000_000 + number} +0000\ndata 1\nx\n${files.join('')}\n`;
  });
  execFileSync('git', ['-C', repository, 'fast-import', '--quiet'], { input: commits.join('') });
}

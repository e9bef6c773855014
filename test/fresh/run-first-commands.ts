import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { installTools, runAsCommand } from '../boot/shell';
import { CASES } from './cases';
import { endAll, enter } from './enter';
import { makeRoot, networkEnvironment } from './root';

const CACHE = path.join(__dirname, '../../.lambda-ec2/fresh');

const say = (line: string) => process.stdout.write(`${line}\n`);

/**
 * The first two commands of the README on a machine that has nothing: a minimal Debian with Node.js and npm alone, made
 * anew for each case. Exit status 1 when one is not as promised. Words on the command line choose the cases by a part
 * of their names.
 */
async function main(words: string[]): Promise<number> {
  installTools({ mmdebstrap: 'mmdebstrap', git: 'git', unshare: 'util-linux' });
  const work = mkdtempSync(path.join(tmpdir(), 'lambda-ec2-fresh-'));
  const clean = () => {
    endAll();
    rmSync(work, { recursive: true, force: true, maxRetries: 5 });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      clean();
      process.exit(130);
    });
  }
  try {
    const env = networkEnvironment();
    const chosen = CASES.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
    let failed = 0;
    for (const { name, run } of chosen) {
      const dir = path.join(work, 'root');
      makeRoot(dir, CACHE);
      try {
        say(`✓ ${name}: ${await run({ dir, run: (user, command) => enter(dir, user, command, env) })}`);
      } catch (error) {
        failed++;
        say(`✗ ${name}: ${(error as Error).message}`);
      }
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    }
    say(`${chosen.length - failed} passed, ${failed} failed`);
    return failed > 0 ? 1 : 0;
  } finally {
    clean();
  }
}

runAsCommand(main);

import { execFile } from 'node:child_process';
import { cpus } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { table, writeBlocks } from './performance-page';

// How long the tests take, each command once, into docs/performance.md: `npm run bench:tests`.

const COMMANDS = ['npm run test:unit', 'npm test'];
const run = promisify(execFile);

/** By bash's own clock. Throws when a test fails. */
async function measured(command: string): Promise<string[]> {
  const script = `TIMEFORMAT='%R %U %S'; time ${command} >/dev/null 2>&1`;
  const options = { cwd: path.join(__dirname, '..'), env: { ...process.env, CI: 'true' } };
  const { stderr } = await run('bash', ['-c', script], options);
  const [elapsed = 0, user = 0, system = 0] = stderr.trim().split(' ').map(Number);
  return [`\`${command}\``, elapsed.toFixed(0), (user + system).toFixed(0)];
}

async function main(): Promise<void> {
  const rows: string[][] = [];
  for (const command of COMMANDS) rows.push(await measured(command));
  const when = `${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores, each once.`;
  writeBlocks({ tests: `${when}\n\n${table(['tests', 'seconds', 'CPU seconds'], rows)}` });
}

main().catch((error: Error) => {
  process.stderr.write(`error: ${error.message}\n`);
  process.exitCode = 1;
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { benchCommand } from './command';
import { benchEnvironment } from './environment';
import { benchJobList } from './job-list';
import { benchPage } from './page';
import { benchRunner } from './runner';
import { benchSource } from './source';
import { benchUploads } from './uploads';

// What the command takes beside what it cannot spare, and the choices on the way from boot to the app's first line, each
// beside what it was chosen over: `npm run bench [ROUNDS]`.

async function main(rounds: number): Promise<void> {
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('usage: npm run bench [ROUNDS], a number from 1 on');
  const dir = mkdtempSync(path.join(tmpdir(), 'lambda-ec2-bench-'));
  try {
    await benchCommand(path.join(dir, 'command'), rounds);
    await benchPage(path.join(dir, 'page'), rounds);
    await benchRunner(path.join(dir, 'runner'), rounds);
    await benchSource(dir, rounds);
    await benchEnvironment(path.join(dir, 'environment'), rounds);
    await benchUploads(dir, rounds);
    await benchJobList(rounds);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

main(Number(process.argv[2] ?? 7)).catch((error: Error) => {
  process.stderr.write(`error: ${error.message}\n`);
  process.exitCode = 1;
});

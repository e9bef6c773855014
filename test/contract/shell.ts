import { execFileSync } from 'node:child_process';
import path from 'node:path';

const LIB = path.join(__dirname, '../../runner-script/rootfs/usr/lib/lambda-ec2');

/** Runs a script with parts of the runner's library loaded, in the runner's own strict mode. Returns what it prints. */
export function inRunnerShell(parts: string[], script: string, args: string[] = []): string {
  const load = parts.map((part) => `source ${LIB}/${part}.sh`).join('\n');
  const text = `set -Eeuo pipefail\nSTATE_DIR=/nonexistent\n${load}\n${script}`;
  return execFileSync('bash', ['-c', text, 'test', ...args], { encoding: 'utf8', maxBuffer: 16 << 20 });
}

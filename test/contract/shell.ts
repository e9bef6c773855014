import { type ExecFileException, execFile, execFileSync } from 'node:child_process';
import path from 'node:path';

const LIB = path.join(__dirname, '../../runner-script/rootfs/usr/lib/lambda-ec2');

/** A script with parts of the runner's library loaded, in the runner's own strict mode. */
function withParts(parts: string[], script: string, stateDir: string): string {
  const load = parts.map((part) => `source ${LIB}/${part}.sh`).join('\n');
  return `set -Eeuo pipefail\nSTATE_DIR=${stateDir}\n${load}\n${script}`;
}

/** Runs a script with parts of the runner's library. Returns what it prints; throws when it fails. */
export function inRunnerShell(parts: string[], script: string, args: string[] = []): string {
  const command = ['-c', withParts(parts, script, '/nonexistent'), 'test', ...args];
  return execFileSync('bash', command, { encoding: 'utf8', maxBuffer: 16 << 20 });
}

/** The same while this process goes on, so that it can serve what the script calls. Never rejects. */
export function alongside(
  parts: string[],
  script: string,
  options: { stateDir: string; args?: string[]; env?: NodeJS.ProcessEnv },
): Promise<{ code: number; stdout: string; stderr: string }> {
  const command = ['-c', withParts(parts, script, options.stateDir), 'test', ...(options.args ?? [])];
  const settings = { env: { ...process.env, ...options.env }, timeout: 50_000 };
  return new Promise((resolve) => {
    execFile('bash', command, settings, (error: ExecFileException | null, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? -1) : 0, stdout, stderr });
    });
  });
}

import { spawnSync } from 'node:child_process';

/** Runs a program to its end, its output on standard error. Throws with the program's name when it fails. */
export function sh(program: string, args: string[], options: { quiet?: boolean; env?: NodeJS.ProcessEnv } = {}): void {
  const { quiet = false, env = process.env } = options;
  const result = spawnSync(program, args, {
    env,
    encoding: 'utf8',
    stdio: ['ignore', quiet ? 'pipe' : 2, quiet ? 'pipe' : 2],
  });
  if (result.status === 0) return;
  const why = result.error?.message ?? `exit status ${result.status}${quiet ? `: ${result.stderr.trim()}` : ''}`;
  throw new Error(`${program} ${args.slice(0, 3).join(' ')}: ${why}`);
}

/** Runs a test of its own as a command: its result is the exit status, its error one line. */
export function runAsCommand(main: (words: string[]) => Promise<number>): void {
  main(process.argv.slice(2)).then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      process.stderr.write(`error: ${error instanceof Error ? error.message : error}\n`);
      process.exitCode = 1;
    },
  );
}

/** Whether a program is on the PATH. */
function isThere(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status === 0;
}

/** Installs what a test needs and this machine lacks, as Debian's packages by the programs in them. */
export function installTools(packages: Record<string, string>): void {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    throw new Error('this test needs Linux and root: it makes namespaces and root file systems');
  }
  const missing = Object.entries(packages)
    .filter(([program]) => !isThere(program))
    .map(([, name]) => name);
  if (missing.length === 0) return;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  sh('apt-get', ['update', '-q'], { env });
  sh('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...missing], { env });
}

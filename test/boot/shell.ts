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

/** Whether a program is on the PATH. */
export function isThere(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status === 0;
}

/** Installs what the test needs and this machine lacks, from Debian's packages. */
export function installTools(): void {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    throw new Error('the boot test needs Linux and root: it makes network namespaces and boots containers');
  }
  const packages = { 'systemd-nspawn': 'systemd-container', mmdebstrap: 'mmdebstrap', ip: 'iproute2', git: 'git' };
  const missing = Object.entries(packages)
    .filter(([program]) => !isThere(program))
    .map(([, name]) => name);
  if (missing.length === 0) return;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  sh('apt-get', ['update', '-q'], { env });
  sh('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...missing], { env });
}

import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

const COMMANDS: Record<string, string> = {
  git: 'git',
  bash: 'bash',
  curl: 'curl',
  python3: 'python3',
  setsid: 'util-linux',
  timeout: 'coreutils',
  mkfifo: 'coreutils',
  grep: 'grep',
};

/** What an older version cannot do: `wait -p` in bash, `--aws-sigv4` in curl. */
const OLDEST = [
  { command: 'bash', args: ['--version'], version: /version (\d+)\.(\d+)/, oldest: [5, 1] },
  { command: 'curl', args: ['--version'], version: /^curl (\d+)\.(\d+)/, oldest: [7, 75] },
] as const;

/**
 * What this machine lacks to run a job, as one sentence, or undefined when it has everything.
 *
 * Linux only: the runner reads /proc, as on the instance.
 */
export function missingRequirements(
  platform = process.platform,
  searchPath = process.env.PATH ?? '',
): string | undefined {
  if (platform !== 'linux') {
    return `a local job needs Linux, because it runs the instance's own scripts: this is ${platform}; use WSL, a container or a virtual machine`;
  }
  const missing = Object.keys(COMMANDS).filter((command) => !isOnPath(command, searchPath));
  if (missing.length === 0) return tooOld(searchPath);
  const packages = [...new Set(missing.map((command) => COMMANDS[command]))].join(' ');
  return `a local job needs ${missing.join(', ')}, which this machine lacks: install ${packages} with your package manager`;
}

function tooOld(searchPath: string): string | undefined {
  for (const { command, args, version, oldest } of OLDEST) {
    const said = execFileSync(command, args, { encoding: 'utf8', env: { PATH: searchPath } });
    const [, major = 0, minor = 0] = version.exec(said)?.map(Number) ?? [];
    if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
      return `a local job needs ${command} ${oldest.join('.')} or newer, and this machine has ${major}.${minor}: install a newer one`;
    }
  }
  return undefined;
}

function isOnPath(command: string, searchPath: string): boolean {
  return searchPath.split(path.delimiter).some((directory) => {
    try {
      accessSync(path.join(directory, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

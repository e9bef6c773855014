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
  if (missing.length === 0) return undefined;
  const packages = [...new Set(missing.map((command) => COMMANDS[command]))].join(' ');
  return `a local job needs ${missing.join(', ')}, which this machine lacks: install ${packages} with your package manager`;
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

import path from 'node:path';
import { INSTANCE_MARK, inherited } from '../instance/environment';

/** The root file system that documents are executed in. */
export interface Root {
  /** Its folder on this machine. */
  dir: string;
  /**
   * `folder`: commands run on this machine, with LAMBDA_EC2_ROOT in their environment, which the scripts of the bake
   * put before every path that they write. Needs no privileges.
   * `chroot`: the folder holds a whole system, and commands run inside of it, in mount and process namespaces of their
   * own. Needs root.
   */
  kind: 'folder' | 'chroot';
  /** More variables for the commands. */
  environment?: Record<string, string>;
}

/** Where a path of a document is on this machine. */
export function pathIn(root: Root, file: string): string {
  return path.join(root.dir, path.resolve('/', file));
}

// The namespaces take the mounts with them, and the processes too when their first one is killed.
const ENTER = `
set -e
mount --make-rprivate /
mount --bind "$1" "$1"
mount --rbind /dev "$1/dev"
mount -t proc proc "$1/proc"
mount -t sysfs -o ro sysfs "$1/sys" || true
mount -t tmpfs -o mode=755 tmpfs "$1/run"
exec chroot "$1" /bin/bash "$2"
`;

/**
 * The command line and the environment with which Bash executes a script of the root. `mark` is in the environment of
 * everything that it starts.
 */
export function bashIn(
  root: Root,
  script: string,
  mark: string,
): { program: string; args: string[]; env: Record<string, string> } {
  const common = { ...inherited(process.env), LANG: 'C.UTF-8', ...root.environment, [INSTANCE_MARK]: mark };
  if (root.kind === 'folder') {
    const env = {
      ...common,
      PATH: process.env.PATH ?? '/usr/bin:/bin',
      HOME: pathIn(root, '/root'),
      TMPDIR: pathIn(root, '/tmp'),
      LAMBDA_EC2_ROOT: root.dir,
    };
    return { program: 'bash', args: [pathIn(root, script)], env };
  }
  const env = { ...common, PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root' };
  const args = ['--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', ENTER, 'sh', root.dir, script];
  return { program: 'unshare', args, env };
}

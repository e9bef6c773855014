import { type ChildProcess, spawn } from 'node:child_process';
import { USERS, type User } from './root';

/** What a command in a root said, both streams together, and how long it took. */
export interface Said {
  code: number | null;
  text: string;
  seconds: number;
}

// In namespaces of its own: when its first process ends, whatever happens to this one, all its processes are ended and
// all its mounts are gone. That process is a shell because somebody must wait for those whose parent has ended.
const ENTER = `
mount --rbind /dev "$1/dev"
mount -t proc proc "$1/proc"
mount -t tmpfs tmpfs "$1/run"
exec chroot "$1" /bin/bash -c 'runuser -u "$1" -- /bin/bash -c "$2"; exit $?' bash "$2" "$3"
`;
const NAMESPACES = ['--mount', '--pid', '--fork', '--kill-child', '--propagation', 'private'];
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** For a command that hangs; the tests take some ten minutes. */
const LIMIT_MS = 45 * 60_000;

const running = new Set<ChildProcess>();

/** Runs a command line in a root, in a user's clone, as if typed there. What it says goes to standard error as well. */
export function enter(dir: string, user: User, command: string, env: Record<string, string>): Promise<Said> {
  process.stderr.write(`\n[${user}] $ ${command}\n`);
  const started = Date.now();
  const home = user === 'root' ? '/root' : `/home/${user}`;
  const program = ['bash', '-e', '-c', ENTER, 'bash', dir, user, `cd '${USERS[user]}' && ${command}`];
  const child = spawn('unshare', [...NAMESPACES, ...program], {
    env: { PATH, HOME: home, USER: user, LOGNAME: user, LANG: 'C.UTF-8', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  running.add(child);
  let text = '';
  const keep = (part: string) => {
    text += part;
    process.stderr.write(part);
  };
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      running.delete(child);
      resolve({ code, text, seconds: (Date.now() - started) / 1000 });
    });
  });
}

/** Ends what still runs in a root. */
export function endAll(): void {
  for (const child of running) child.kill('SIGKILL');
}

import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  realpathSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { sh } from '../boot/shell';

const REPOSITORY = path.join(__dirname, '../..');
const CA_FILE = '/etc/ca-of-the-test.crt';

/** Where the clone of a user lies, and whose it is. */
export const USERS = {
  root: '/srv/lambda-ec2',
  someone: '/home/someone/lambda-ec2',
} as const;
export type User = keyof typeof USERS;

/**
 * Makes a minimal Debian with Node.js and npm alone, and a clone of the working tree for each user. The bare system is
 * kept below `cache`.
 */
export function makeRoot(dir: string, cache: string): void {
  mkdirSync(dir, { recursive: true });
  sh('tar', [
    '--extract',
    '--preserve-permissions',
    '--numeric-owner',
    '--file',
    bareSystem(cache),
    '--directory',
    dir,
  ]);
  provideNode(dir);
  // The files themselves: resolv.conf is often a link into a folder that the root lacks.
  for (const name of ['resolv.conf', 'hosts']) copyFileSync(path.join('/etc', name), path.join(dir, 'etc', name));
  writeFileSync(path.join(dir, 'etc/apt/apt.conf.d/99-of-the-test'), aptSettings());
  const ca = certificates();
  if (ca) copyFileSync(ca, path.join(dir, CA_FILE));
  sh('chroot', [dir, 'useradd', '--create-home', '--shell', '/bin/bash', 'someone']);
  for (const [user, folder] of Object.entries(USERS)) {
    cloneInto(path.join(dir, folder));
    sh('chroot', [dir, 'chown', '-R', `${user}:`, folder]);
  }
}

function bareSystem(cache: string): string {
  const tar = path.join(cache, 'debian-minbase.tar');
  if (existsSync(tar)) return tar;
  mkdirSync(cache, { recursive: true });
  const sources = '/etc/apt/sources.list.d/debian.sources';
  const from = existsSync(sources) ? [sources] : [];
  // The name tells mmdebstrap the format.
  const part = path.join(cache, 'part.tar');
  sh('mmdebstrap', ['--quiet', '--mode=root', '--variant=minbase', 'bookworm', part, ...from]);
  renameSync(part, tar);
  return tar;
}

/** The Node.js that runs this, and the npm that started it. */
function provideNode(dir: string): void {
  const local = path.join(dir, 'usr/local');
  copyFileSync(process.execPath, path.join(local, 'bin/node'));
  const own = path.join(path.dirname(process.execPath), '../lib/node_modules/npm/bin/npm-cli.js');
  const npm = path.resolve(realpathSync(process.env.npm_execpath ?? own), '../..');
  mkdirSync(path.join(local, 'lib/node_modules'), { recursive: true });
  cpSync(npm, path.join(local, 'lib/node_modules/npm'), { recursive: true, verbatimSymlinks: true });
  for (const name of ['npm', 'npx']) {
    symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, path.join(local, 'bin', name));
  }
}

/** What is in front of the person who tests, committed: as a clone of it would be. */
function cloneInto(target: string): void {
  const git = (folder: string, ...args: string[]) =>
    execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8', maxBuffer: 64 << 20 });
  const files = git(REPOSITORY, 'ls-files', '--cached', '--others', '--exclude-standard', '-z').split('\0');
  for (const file of files.filter((name) => name !== '' && existsSync(path.join(REPOSITORY, name)))) {
    cpSync(path.join(REPOSITORY, file), path.join(target, file), { verbatimSymlinks: true });
  }
  const identity = ['-c', 'user.name=fresh', '-c', 'user.email=fresh@localhost', '-c', 'commit.gpgsign=false'];
  git(target, 'init', '--quiet');
  git(target, 'add', '--all');
  git(target, ...identity, 'commit', '--quiet', '--no-verify', '--message', 'the working tree');
}

/** How this machine's apt reaches its packages: by which proxy, and what it takes of them. */
function aptSettings(): string {
  const all = execFileSync('apt-config', ['dump', 'Acquire'], { encoding: 'utf8' });
  return `${all
    .split('\n')
    .filter((line) => /^Acquire::(https?|Check-|Retries)/.test(line))
    .join('\n')}\n`;
}

const npmSetting = (name: string) => {
  const said = execFileSync('npm', ['config', 'get', name], { encoding: 'utf8', cwd: '/' }).trim();
  return said === 'null' || said === 'undefined' ? '' : said;
};

/** A file of certificates that this machine's npm trusts besides its own. */
function certificates(): string | undefined {
  return [npmSetting('cafile'), process.env.NODE_EXTRA_CA_CERTS].find((file) => file && existsSync(file));
}

/** What the root's environment says of the network: all that it knows of this machine. */
export function networkEnvironment(): Record<string, string> {
  const ca: Record<string, string> = certificates() ? { npm_config_cafile: CA_FILE, NODE_EXTRA_CA_CERTS: CA_FILE } : {};
  const npm = ['registry', 'proxy', 'https-proxy', 'noproxy'].map((name) => [
    `npm_config_${name.replaceAll('-', '_')}`,
    npmSetting(name),
  ]);
  const proxies = Object.entries(process.env).filter(([name]) => /^(https?|no|all)_proxy$/i.test(name));
  const given = [...npm, ...proxies].filter((pair): pair is [string, string] => Boolean(pair[1]));
  return { ...Object.fromEntries(given), ...ca };
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { BARE_PACKAGES, makeRoot } from '../../test/boot/root';
import { sh } from '../../test/boot/shell';

/** What an image without anything baked has to install first. */
const PROGRAMS = ['git', 'python3', 'python3-venv'];
/** What the app asks for, and one more. Made here, so that a bench needs no index. */
const NAMES = Array.from({ length: 8 }, (_, number) => `package${number}`);
const ONE_MORE = 'another';

export const REQUIREMENTS = NAMES.map((name) => `${name}==1.0\n`).join('');
export const OTHER_REQUIREMENTS = `${REQUIREMENTS}${ONE_MORE}==1.0\n`;

/** An archive for apt and an index for pip, each on loopback. */
export interface PackageServer {
  port: number;
  close(): void;
}

/** Serves Debian's packages below /apt/ and Python's below /simple/, from copies that are kept below `cache`. */
export async function servePackages(cache: string): Promise<PackageServer> {
  const folder = path.join(cache, 'startup-packages');
  if (!existsSync(folder)) {
    const part = `${folder}.part`;
    rmSync(part, { recursive: true, force: true });
    mkdirSync(path.join(part, 'apt'), { recursive: true });
    downloadDebs(part, cache);
    sh('python3', [path.join(__dirname, 'make-wheels.py'), path.join(part, 'simple'), ...NAMES, ONE_MORE]);
    renameSync(part, folder);
  }
  const args = ['-u', '-m', 'http.server', '0', '--bind', '127.0.0.1', '--directory', folder];
  const server = spawn('python3', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = await once(server.stdout, 'data');
  return { port: Number(/port (\d+)/.exec(String(line))?.[1]), close: () => server.kill() };
}

/** All that a bare Debian lacks of the programs, as a flat archive (sources.list(5)). */
function downloadDebs(folder: string, cache: string): void {
  const root = path.join(folder, 'root');
  makeRoot(root, cache, BARE_PACKAGES);
  const chroot = (...words: string[]) => sh('chroot', [root, 'env', 'DEBIAN_FRONTEND=noninteractive', ...words]);
  cpSync('/etc/resolv.conf', path.join(root, 'etc/resolv.conf'), { dereference: true });
  chroot('apt-get', 'update', '-q');
  chroot('apt-get', 'install', '-y', '-q', '--no-install-recommends', '--download-only', ...PROGRAMS);
  const archives = path.join(root, 'var/cache/apt/archives');
  for (const name of readdirSync(archives).filter((one) => one.endsWith('.deb')))
    cpSync(path.join(archives, name), path.join(folder, 'apt', name));
  rmSync(root, { recursive: true });
  sh('sh', ['-c', 'cd "$0" && dpkg-scanpackages --multiversion . > Packages', path.join(folder, 'apt')]);
}

import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Settings } from '../../contract/settings';
import { imageDocument } from '../../imagebuilder/image-document';
import type { ToePhase } from '../../imagebuilder/schema';
import { preparePip, putPip } from '../../local/instance/pip';
import { findPython } from '../../local/instance/python';
import { prepareSetuptools } from '../../local/instance/setuptools';
import { serveAssets } from '../../local/toe/assets';
import { runDocument } from '../../local/toe/run-document';
import { lastPipFor36 } from './pip-for-36';
import { sh } from './shell';

const HERE = __dirname;
const REPOSITORY = path.join(HERE, '../..');

/** A bare Amazon Linux has their like. */
export const BARE_PACKAGES = [
  ...['systemd', 'systemd-sysv', 'dbus', 'iproute2', 'curl', 'ca-certificates', 'passwd', 'util-linux', 'procps'],
];
/** What the bake installs comes on top. */
const PACKAGES = [
  ...BARE_PACKAGES,
  // What the bake asks dnf for: here already, so that a bake needs no network.
  ...['git', 'git-lfs', 'openssh-client', 'openssl', 'python3', 'python3-venv'],
  // The libraries that an interpreter of this machine may be linked with.
  ...[
    'libssl3',
    'libffi8',
    'libsqlite3-0',
    'libreadline8',
    'libbz2-1.0',
    'liblzma5',
    'libncursesw6',
    'zlib1g',
    'libgdbm6',
  ],
];

/** Unpacks a Debian root file system into `dir`; made once, and kept below `cache`. */
export function makeRoot(dir: string, cache: string, packages: readonly string[] = PACKAGES): void {
  const sources = '/etc/apt/sources.list.d/debian.sources';
  const key = createHash('sha256').update(packages.join(' ')).digest('hex').slice(0, 12);
  const tar = path.join(cache, `debian-${key}.tar`);
  if (!existsSync(tar)) {
    mkdirSync(cache, { recursive: true });
    const include = `--include=${packages.join(',')}`;
    const from = existsSync(sources) ? [sources] : [];
    // The name tells mmdebstrap the format.
    const part = path.join(cache, 'part.tar');
    sh('mmdebstrap', ['--quiet', '--mode=root', '--variant=minbase', include, 'bookworm', part, ...from]);
    renameSync(part, tar);
  }
  mkdirSync(dir, { recursive: true });
  sh('tar', ['--extract', '--preserve-permissions', '--numeric-owner', '--file', tar, '--directory', dir]);
  sh('cp', ['-a', `${path.join(HERE, 'rootfs')}/.`, dir]);
  // Each boot is a new machine. Empty, because `uninitialized` would let systemd enable what Debian has disabled,
  // networkd among it, which then waits two minutes for a link.
  writeFileSync(path.join(dir, 'etc/machine-id'), '');
}

/**
 * Puts this machine's interpreter, and a pip and setuptools for it, in the places where the bake would build and
 * download them. Returns its version.
 *
 * @param cache where a pip that had to be downloaded is kept
 */
export async function providePython(dir: string, wanted: string, cache: string): Promise<string> {
  const { interpreter } = await findPython(wanted);
  const prefix = path.join(dir, `opt/python${wanted}`);
  const own = path.dirname(path.dirname(interpreter.path));
  const pip = path.join(dir, 'opt/pip');
  const short = interpreter.version.split('.').slice(0, 2).join('.');
  if (own === '/usr') {
    // The root has the same one.
    mkdirSync(path.join(prefix, 'bin'), { recursive: true });
    symlinkSync('/usr/bin/python3', path.join(prefix, 'bin/python3'));
  } else {
    sh('cp', ['-a', own, prefix]);
    // One that is linked with a library of its own looks for it where it was built.
    writeFileSync(path.join(dir, 'etc/ld.so.conf.d/python.conf'), `/opt/python${wanted}/lib\n`);
    sh('ldconfig', ['-r', dir]);
    for (const name of ['test', 'idlelib', 'tkinter', 'lib2to3', 'turtledemo']) {
      rmSync(path.join(prefix, 'lib', `python${short}`, name), { recursive: true, force: true });
    }
  }
  const { old } = await preparePip(interpreter, pip);
  const last = old && short === '3.6' ? await lastPipFor36(cache) : undefined;
  if (last) await putPip(last, pip, interpreter);
  await prepareSetuptools(interpreter, path.join(dir, 'opt/setuptools'));
  for (const folder of [prefix, pip])
    writeFileSync(path.join(folder, '.provided'), 'it is of the machine that tests\n');
  return interpreter.version;
}

/** The app of the test as a git repository on the image, with its one requirement. */
export function layOutApp(dir: string): string {
  const app = path.join(dir, 'srv/app');
  cpSync(path.join(HERE, 'app'), app, { recursive: true });
  cpSync(path.join(REPOSITORY, 'example/wheels'), path.join(app, 'wheels'), { recursive: true });
  cpSync(path.join(REPOSITORY, 'example/requirements.txt'), path.join(app, 'requirements.txt'));
  commitAll(app);
  return 'file:///srv/app';
}

/** Makes a folder a git repository, if it is none, and commits all that is in it. */
export function commitAll(folder: string): void {
  const git = (...args: string[]) =>
    sh('git', ['-C', folder, '-c', 'user.name=boot', '-c', 'user.email=boot@localhost', ...args]);
  git('init', '--quiet');
  git('add', '--all');
  git('commit', '--quiet', '--allow-empty', '--message', 'the app of the test');
}

/**
 * Bakes the root with the image document of the AMI; only up to a step of the build when named. Throws when one fails.
 */
export async function bakeRoot(dir: string, settings: Settings, work: string, last?: string): Promise<void> {
  const image = imageDocument(settings);
  const [build, ...tests] = image.phases as [ToePhase, ...ToePhase[]];
  const end = build.steps.findIndex(({ name }) => name === last) + 1;
  const lines: string[] = [];
  const { failure } = await runDocument({
    image: { ...image, phases: last ? [{ ...build, steps: build.steps.slice(0, end) }] : [build, ...tests] },
    ...serveAssets(image.assets, work),
    root: { dir, kind: 'chroot', environment: { BAKE_RETRY_SECONDS: '0', DEBIAN_FRONTEND: 'noninteractive' } },
    onLine: (line) => lines.push(line),
    onStep: ({ phase, step, status, seconds }) => {
      process.stderr.write(`  ${phase} ${step}: ${status} (${seconds.toFixed(1)} s)\n`);
    },
  });
  if (!failure) return;
  throw new Error(`${failure.phase} ${failure.step}: ${failure.message}\n${lines.slice(-30).join('\n')}`);
}

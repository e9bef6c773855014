import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { settingsTags } from '../../contract/settings';
import { checkSettings } from '../../contract/settings-load';
import { CLOUD_ADDRESS, setEndpoint } from '../../test/boot/instance';
import { BARE_PACKAGES, bakeRoot, makeRoot, providePython } from '../../test/boot/root';
import { sh } from '../../test/boot/shell';

export const GIT_PORT = 82;
export const PACKAGES_PORT = 83;
const APP_URL = `http://${CLOUD_ADDRESS}:${GIT_PORT}/app/.git`;

export interface Images {
  /** Everything, with the environment of the app. */
  baked: string;
  /** The runner and Python; nothing of the app. */
  plain: string;
  /** A distribution as it comes, with an init script of its own. */
  unbaked: string;
  /** The instance tags of the settings. */
  tags: Record<string, string>;
}

export interface ImageOptions {
  work: string;
  /** Where what takes long to make is kept. */
  cache: string;
  /** The app's repository. */
  repository: string;
  /** Of this machine, where packages are. */
  packagesPort: number;
}

/** Makes the three images, each a folder below `work`. */
export async function makeImages(options: ImageOptions): Promise<Images> {
  const { work, cache } = options;
  const [baked, plain, unbaked] = ['baked', 'plain', 'unbaked'].map((name) => path.join(work, name)) as [
    string,
    string,
    string,
  ];
  makeRoot(baked, cache);
  const settings = { app_ref: 'warm', bake_requires_app: true, python_version: '3.6' };
  const ofBake = checkSettings({ ...settings, app_url: 'file:///srv/app' });
  await providePython(baked, ofBake.python_version, cache);
  // As the bake does with one that it has built.
  const trim = path.join(__dirname, '../../imagebuilder/files/python/trim.sh');
  sh('bash', ['-c', 'source "$0" && trim::python "$1"', trim, path.join(baked, `opt/python${ofBake.python_version}`)]);
  sh('cp', ['-a', baked, plain]);
  cpSync(options.repository, path.join(baked, 'srv/app'), { recursive: true });
  setIndex(baked, `127.0.0.1:${options.packagesPort}`);
  await bakeRoot(baked, ofBake, work);
  await bakeRoot(plain, ofBake, work, 'runner');
  for (const root of [baked, plain]) {
    setEndpoint(root);
    setIndex(root, `${CLOUD_ADDRESS}:${PACKAGES_PORT}`);
  }
  addFloor(baked);
  addUnit(baked, 'idle', 'ConditionEnvironment=BENCH_IDLE=1\n');
  makeRoot(unbaked, cache, BARE_PACKAGES);
  addUnbaked(unbaked);
  return { baked, plain, unbaked, tags: settingsTags(checkSettings({ ...settings, app_url: APP_URL })) };
}

/** Where pip finds packages. */
function setIndex(root: string, host: string): void {
  const name = host.replace(/:.*/, '');
  writeFileSync(
    path.join(root, 'etc/pip.conf'),
    `[global]\nindex-url = http://${host}/simple/\ntrusted-host = ${name}\n`,
  );
}

/** A unit that begins when the one of the runner would, in its place. */
function addUnit(root: string, name: string, more = ''): void {
  cpSync(path.join(__dirname, 'rootfs', name), path.join(root, 'usr/local/bin', name));
  const folder = path.join(root, 'etc/systemd/system');
  const unit = `[Unit]
Wants=network-online.target
After=network-online.target
${more}SuccessAction=poweroff
FailureAction=poweroff

[Service]
Type=exec
Environment=APP_URL=${APP_URL} BENCH_UNIT=${name}.service LANG=C.UTF-8
ExecStart=/usr/local/bin/${name}
StandardOutput=journal+console
StandardError=journal+console
`;
  writeFileSync(path.join(folder, `${name}.service`), unit);
  const wants = path.join(folder, 'multi-user.target.wants');
  mkdirSync(wants, { recursive: true });
  sh('ln', ['-s', `../${name}.service`, path.join(wants, `${name}.service`)]);
}

function addUnbaked(root: string): void {
  addUnit(root, 'unbaked');
  sh('sh', ['-c', 'rm -rf "$0"/etc/apt/sources.list* && rm -rf "$0"/var/lib/apt/lists/*', root]);
  writeFileSync(
    path.join(root, 'etc/apt/sources.list'),
    `deb [trusted=yes] http://${CLOUD_ADDRESS}:${PACKAGES_PORT}/apt/ ./\n`,
  );
  setIndex(root, `${CLOUD_ADDRESS}:${PACKAGES_PORT}`);
}

/** On the baked image, and only on a machine that is started for it. */
function addFloor(root: string): void {
  addUnit(root, 'floor', 'ConditionEnvironment=BENCH_FLOOR=1\n');
  const dropIn = path.join(root, 'etc/systemd/system/lambda-ec2-boot.service.d');
  mkdirSync(dropIn, { recursive: true });
  writeFileSync(path.join(dropIn, 'floor.conf'), '[Unit]\nConditionEnvironment=!BENCH_FLOOR=1\n');
  const clone = path.join(root, 'srv/floor');
  sh('git', ['clone', '--quiet', '--depth', '1', '--branch', 'warm', `file://${path.join(root, 'srv/app')}`, clone]);
  sh('git', ['-C', clone, 'remote', 'set-url', 'origin', APP_URL]);
  sh('rm', ['-rf', path.join(root, 'srv/app')]);
  const [venv = ''] = readdirSync(path.join(root, 'opt/venvs'));
  sh('ln', ['-s', `/opt/venvs/${venv}`, path.join(root, 'srv/venv')]);
}

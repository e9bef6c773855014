import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { settingsTags } from '../../contract/settings';
import { checkSettings } from '../../contract/settings-load';
import { setEndpoint } from '../boot/instance';
import { bakeRoot, commitAll, makeRoot, providePython } from '../boot/root';
import { sh } from '../boot/shell';
import type { Repository } from './row';
import { CANARY } from './world';

const HERE = __dirname;
/**
 * A version that every machine has or can do with, and whose pip takes build backends that are a part of their package.
 */
const PYTHON = '3.11';
/** Where the repositories are, on the image. */
const REPOSITORIES = '/srv';

/** The URL of a repository of the image. */
export const repositoryUrl = (name: string) => `file://${REPOSITORIES}/${name}`;

/**
 * Bakes an image for the matrix, with these repositories by their names and the app of the matrix as `app`. Returns the
 * settings as instance tags.
 */
export async function makeImage(
  root: string,
  cache: string,
  repositories: Record<string, Repository>,
): Promise<Record<string, string>> {
  const work = path.dirname(root);
  makeRoot(root, cache);
  sh('cp', ['-a', `${path.join(HERE, 'rootfs')}/.`, root]);
  configureGit(root);
  for (const [name, repository] of Object.entries({ app: {}, ...repositories })) layOut(root, name, repository);
  const app_url = repositoryUrl('app');
  const settings = checkSettings({ app_url, python_version: PYTHON, bake_requires_app: true, ec2_timeout: '2m' });
  await providePython(root, settings.python_version, cache);
  await bakeRoot(root, settings, work);
  setEndpoint(root);
  // After the bake, which must not have to do with them.
  writeFileSync(path.join(root, 'root/canary'), `${CANARY}\n`, { mode: 0o600 });
  appendFileSync(path.join(root, 'etc/shadow'), `canary:${CANARY}:19000:0:99999:7:::\n`);
  return settingsTags(settings);
}

/**
 * As an operator may have it: a filter that repositories ask for by .gitattributes,
 * run from where they are checked out.
 */
function configureGit(root: string): void {
  const config = path.join(root, 'etc/gitconfig');
  const set = (...args: string[]) => execFileSync('git', ['config', '--file', config, ...args]);
  set('filter.row.smudge', 'sh ./a-filter.sh');
  set('filter.row.clean', 'cat');
  // The owner of the repositories of the image is nobody who fetches from them.
  set('--add', 'safe.directory', '*');
}

function layOut(root: string, name: string, { files = {}, script }: Repository): void {
  const folder = path.join(root, REPOSITORIES, name);
  cpSync(path.join(HERE, 'app'), folder, { recursive: true });
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  execFileSync('git', ['-C', folder, 'init', '--quiet']);
  if (script !== undefined) execFileSync('bash', ['-euc', script], { cwd: folder, stdio: ['ignore', 2, 2] });
  if (!hasCommit(folder)) commitAll(folder);
}

const hasCommit = (folder: string) =>
  spawnSync('git', ['-C', folder, 'rev-parse', '--verify', '--quiet', 'HEAD'], { stdio: 'ignore' }).status === 0;

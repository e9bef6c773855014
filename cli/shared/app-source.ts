import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, lstatSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** Where the runner shall fetch the app from, and what to tell the user about it. */
export interface AppSource {
  /** For the `app_url` setting. */
  url: string;
  /** Set when what runs is not simply what `url` names. */
  warning?: string;
}

const URL_FORM = /^([a-z][a-z0-9+.-]*:\/\/|[^/@\s]+@[^/:\s]+:)/i;

/**
 * The app as the user gave it: a git URL as it is; a clean git checkout by its path; any other folder, or one with
 * uncommitted changes, as a snapshot committed to a repository of its own below `workDir`, so that the user tests what
 * is in front of them.
 *
 * @throws Error with one sentence when the path is no folder.
 */
export function appSource(app: string, ref: string | undefined, workDir: string): AppSource {
  if (URL_FORM.test(app)) return { url: app };
  const folder = path.resolve(app);
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new Error(`--app ${app}: there is no such folder; give the app's folder or its git URL`);
  }
  const own = existsSync(path.join(folder, '.git'));
  if (ref !== undefined && !own) {
    throw new Error(`--ref ${ref}: ${app} is not the root of a git repository; leave --ref out or give one that is`);
  }
  if (ref !== undefined || isBare(folder)) return { url: pathToFileURL(folder).href };
  if (own && !isDirty(folder) && hasCommit(folder)) return { url: pathToFileURL(folder).href };
  return {
    url: pathToFileURL(snapshot(folder, path.join(workDir, 'app'))).href,
    warning: own ? `${app} has uncommitted changes; they are part of this run` : undefined,
  };
}

function isBare(folder: string): boolean {
  return existsSync(path.join(folder, 'HEAD')) && existsSync(path.join(folder, 'objects'));
}

function isDirty(folder: string): boolean {
  return git(folder, 'status', '--porcelain').trim() !== '';
}

function hasCommit(folder: string): boolean {
  try {
    git(folder, 'rev-parse', '--verify', '--quiet', 'HEAD');
    return true;
  } catch {
    return false;
  }
}

/** Copies what git would commit (all files where it would commit none) and commits it. */
function snapshot(folder: string, target: string): string {
  mkdirSync(target, { recursive: true });
  // A link must not lead back into the user's folder, and a repository within it would be committed without its files.
  const asItIs = { recursive: true, verbatimSymlinks: true, filter: (from: string) => path.basename(from) !== '.git' };
  for (const file of filesOf(folder)) cpSync(path.join(folder, file), path.join(target, file), asItIs);
  git(target, 'init', '--quiet');
  git(target, 'add', '--all', '--force');
  const identity = [
    '-c',
    'user.name=lambda-ec2',
    '-c',
    'user.email=lambda-ec2@localhost',
    '-c',
    'commit.gpgsign=false',
  ];
  git(target, ...identity, 'commit', '--quiet', '--allow-empty', '--no-verify', '--message', 'the app as it is');
  return target;
}

function filesOf(folder: string): string[] {
  const all = readdirSync(folder);
  if (!isInWorkTree(folder)) return all;
  const listed = git(folder, 'ls-files', '--cached', '--others', '--exclude-standard', '-z', '.').split('\0');
  const there = listed.filter((file) => file !== '' && lstatSync(path.join(folder, file), { throwIfNoEntry: false }));
  return there.length > 0 ? there : all;
}

function isInWorkTree(folder: string): boolean {
  try {
    return git(folder, 'rev-parse', '--is-inside-work-tree').trim() === 'true';
  } catch {
    return false;
  }
}

/**
 * Runs git on a folder, whatever repository this command was called from: a hook's GIT_DIR would win over the folder.
 */
function git(folder: string, ...args: string[]): string {
  ownVariables ??= new Set(run(['rev-parse', '--local-env-vars'], process.env).trim().split('\n'));
  const kept = Object.entries(process.env).filter(
    ([name]) => !ownVariables?.has(name) || name.startsWith('GIT_CONFIG'),
  );
  return run(['-C', folder, ...args], Object.fromEntries(kept));
}
let ownVariables: Set<string> | undefined;

function run(args: string[], env: NodeJS.ProcessEnv): string {
  const maxBuffer = Number.POSITIVE_INFINITY;
  return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env, maxBuffer });
}

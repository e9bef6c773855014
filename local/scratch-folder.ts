import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { descendantsOf, instanceProcesses, killAtOnce } from './instance/instance-processes';
import { ownMark, type ProcessMark, stateOf } from './process-mark';

const PREFIX = 'lambda-ec2-';
const OWNER = 'owner.json';

/**
 * Makes the one folder for all that is temporary in this process and its children, and removes those of processes that
 * were killed. Goes at the latest when the process exits, with every process that was started.
 */
export function scratchFolder(): { path: string; remove(): void } {
  const outside = process.env.TMPDIR;
  for (const dead of deadFolders(tmpdir())) removeFolder(dead);
  const folder = mkdtempSync(path.join(tmpdir(), PREFIX));
  const atExit = () => {
    killAtOnce(() => descendantsOf(process.pid));
    removeFolder(folder);
  };
  process.once('exit', atExit);
  writeFileSync(path.join(folder, OWNER), JSON.stringify(ownMark()));
  process.env.TMPDIR = folder;
  return {
    path: folder,
    remove() {
      removeFolder(folder);
      process.off('exit', atExit);
      if (outside === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = outside;
    },
  };
}

/** The folders of this user whose process is dead. One that says nothing of it is left to whoever made it. */
function deadFolders(parent: string): string[] {
  const names = readdirSync(parent).filter((name) => name.startsWith(PREFIX));
  return names.map((name) => path.join(parent, name)).filter((folder) => isOurs(folder) && ownerIsDead(folder));
}

function isOurs(folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === process.getuid?.();
}

function ownerIsDead(folder: string): boolean {
  try {
    return stateOf(JSON.parse(readFileSync(path.join(folder, OWNER), 'utf8')) as ProcessMark) === 'dead';
  } catch {
    return false;
  }
}

/** Ends the instances that live in a folder, and removes it. */
function removeFolder(folder: string): void {
  const ids = instancesIn(folder);
  if (ids.length > 0) killAtOnce(() => ids.flatMap(instanceProcesses));
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** The instances of the machines in a folder: {@link LocalMachine}'s state folders have them in `instances`. */
function instancesIn(folder: string): string[] {
  const machines = existsSync(folder) ? readdirSync(folder) : [];
  return machines
    .map((name) => path.join(folder, name, 'instances'))
    .flatMap((dir) => (existsSync(dir) ? readdirSync(dir) : []));
}

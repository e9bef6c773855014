import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import path from 'node:path';

/** Where a systemd keeps track of its units' processes: the old hierarchy, the new one, or both on a hybrid host. */
const HIERARCHIES = ['/sys/fs/cgroup/systemd', '/sys/fs/cgroup/unified', '/sys/fs/cgroup'].filter((folder) =>
  existsSync(path.join(folder, 'cgroup.procs')),
);

const CONTROLLERS = '/sys/fs/cgroup/cgroup.controllers';
/** Whether the kernel here holds units to their memory limits: not with the old cgroups. */
export const limitsMemory = existsSync(CONTROLLERS) && readFileSync(CONTROLLERS, 'utf8').includes('memory');

/**
 * A control group for one machine. Without one all machines share their starter's, and a systemd that ends a unit ends
 * the processes of the other machines' units of the same name.
 *
 * Returns the shell words that put the shell into it, to be followed by `exec PROGRAM`.
 */
export function enterGroup(name: string): string {
  const folders = HIERARCHIES.map((hierarchy) => path.join(hierarchy, name));
  for (const folder of folders) mkdirSync(folder, { recursive: true });
  return folders.map((folder) => `echo $$ >'${folder}/cgroup.procs'`).join(' && ');
}

/** What all processes of the group have used, also those that are gone; NaN where the kernel has no new hierarchy. */
export function cpuSeconds(name: string): number {
  const files = HIERARCHIES.map((hierarchy) => path.join(hierarchy, name, 'cpu.stat')).filter(existsSync);
  const found = files.map((file) => /^usage_usec (\d+)$/m.exec(readFileSync(file, 'utf8'))?.[1]).find(Boolean);
  return Number(found) / 1e6;
}

/** Takes the group away, once nothing runs in it. */
export function removeGroup(name: string): void {
  for (const hierarchy of HIERARCHIES) removeTree(path.join(hierarchy, name));
}

function removeTree(folder: string): void {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeTree(path.join(folder, entry.name));
  }
  // The kernel's own files in it go with it.
  rmdirSync(folder);
}

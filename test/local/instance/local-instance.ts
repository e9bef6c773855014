import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { copyTree, SHIM_FOLDER } from '../../../local/instance/image';

const INSTANCE = path.join(__dirname, '../../../local/instance');
const INIT = path.join(INSTANCE, 'init.py');

/** Files of a root: unit files by name, scripts by name (they come to lie in /usr/lib/t and are bash). */
export interface RootFiles {
  units: Record<string, string>;
  scripts: Record<string, string>;
}

/** A folder `x/root` with these units and scripts and the shims. */
export async function aRoot({ units, scripts }: RootFiles): Promise<string> {
  const root = path.join(realpathSync(mkdtempSync(path.join(tmpdir(), 'instance-'))), 'root');
  const folders = { units: path.join(root, 'etc/systemd/system'), scripts: path.join(root, 'usr/lib/t') };
  for (const folder of [...Object.values(folders), path.join(root, SHIM_FOLDER)])
    mkdirSync(folder, { recursive: true });
  await copyTree(path.join(INSTANCE, 'bin'), path.join(root, SHIM_FOLDER));
  for (const [name, text] of Object.entries(units)) writeFileSync(path.join(folders.units, name), text);
  for (const [name, text] of Object.entries(scripts)) {
    writeFileSync(path.join(folders.scripts, name), `#!/usr/bin/env bash\n${text}\n`, { mode: 0o755 });
  }
  return root;
}

/** lambda-ec2-boot.service with one script and what else its sections hold. */
export function aBootUnit(script: string, { unit = '', service = '' } = {}): Record<string, string> {
  const text = `[Unit]\n${unit}\n[Service]\nType=oneshot\nExecStart=/usr/lib/t/${script}\nTimeoutStopSec=1\n${service}\n`;
  return { 'lambda-ec2-boot.service': text };
}

/** Starts init for a root, as a host does. */
export function boot(root: string): ChildProcess {
  const env = { PATH: `${path.join(root, SHIM_FOLDER)}:/usr/bin:/bin` };
  return spawn(python(), ['-B', '-E', '-s', INIT, root], { env, detached: true, stdio: ['pipe', 'ignore', 'inherit'] });
}

/** Boots a root and waits until it is powered off; the console's text. */
export async function bootAndWait(root: string): Promise<{ code: number | null; console: string }> {
  const init = boot(root);
  const code = await ended(init);
  return { code, console: consoleOf(root) };
}

export function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('exit', resolve));
}

export function consoleOf(root: string): string {
  const file = path.join(path.dirname(root), 'console.log');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** Waits until something holds, four minutes at most. */
export async function until(holds: () => boolean): Promise<void> {
  const limit = Date.now() + 240_000;
  while (!holds()) {
    if (Date.now() > limit) throw new Error(`not within four minutes: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export function remove(root: string): void {
  rmSync(path.dirname(root), { recursive: true, force: true });
}

/** INIT_PYTHON chooses an older interpreter for init. */
export function python(): string {
  return process.env.INIT_PYTHON ?? 'python3';
}

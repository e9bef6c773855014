import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type AppSource, appSource } from '../../local/app-source';
import { UserError } from '../user-error';

/** The app of a local command, and how to take away what had to be made for it. */
export function localApp(app: string, ref?: string): AppSource & { remove(): void } {
  const workDir = mkdtempSync(path.join(tmpdir(), 'lambda-ec2-app-'));
  const remove = () => rmSync(workDir, { recursive: true, force: true });
  try {
    return { ...appSource(app, ref, workDir), remove };
  } catch (error) {
    remove();
    throw new UserError((error as Error).message);
  }
}

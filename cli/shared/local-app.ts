import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Settings } from '../../contract/settings';
import { UserError } from '../../contract/user-error';
import { type AppSource, appSource } from './app-source';

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

/**
 * Refuses settings with which the app could not be fetched: a machine that is gone after one command has no secrets.
 *
 * @throws UserError that says what to do instead
 */
export function refuseSecrets({ app_credentials: name, app_url: url }: Settings): void {
  if (name === '') return;
  throw new UserError(
    `app_credentials: ${name} is a secret in AWS, which this machine has not, for ${url}: clone it and give the folder as --app`,
  );
}

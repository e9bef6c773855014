import * as fs from 'node:fs';
import * as path from 'node:path';
import { bundleAwsCommand } from './aws-bundle';
import { runProgram } from './run-program';

/** Commands that Amazon Linux has and this machine may lack. */
export interface Tools {
  /** Goes on the instance's PATH. */
  dir: string;
  /** What `aws` is there. */
  aws: { kind: 'cli' | 'emulator'; version: string };
}

/** What an instance finds without our doing. */
export const SYSTEM_PATH = '/usr/bin:/bin';

/**
 * Makes a folder with an `aws` command: this machine's AWS CLI if it obeys AWS_ENDPOINT_URL, else an emulator of it.
 *
 * The CLI is tried in an environment as bare as an instance's, because a version manager's shim may need more than that.
 *
 * @param searchPath PATH on which the CLI is looked for
 */
export async function prepareTools(dir: string, searchPath: string = process.env.PATH ?? SYSTEM_PATH): Promise<Tools> {
  fs.mkdirSync(dir, { recursive: true });
  const folders = searchPath.split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  for (const program of folders.map((folder) => path.join(folder, 'aws')).filter((file) => fs.existsSync(file))) {
    const { code, stdout, stderr } = await runProgram(program, ['--version'], {
      env: { PATH: SYSTEM_PATH, HOME: dir },
    });
    const version = (stdout || stderr).trim();
    if (code !== 0 || !obeysEndpointUrl(version)) continue;
    writeCommand(dir, [program]);
    return { dir, aws: { kind: 'cli', version } };
  }
  const bundle = path.join(dir, 'aws.js');
  await bundleAwsCommand(bundle);
  writeCommand(dir, [process.execPath, bundle]);
  return {
    dir,
    aws: { kind: 'emulator', version: (await runProgram(path.join(dir, 'aws'), ['--version'])).stdout.trim() },
  };
}

/** Since 1.29 and 2.13. Source: AWS SDKs and Tools Reference Guide, "Service-specific endpoints". */
function obeysEndpointUrl(version: string): boolean {
  const match = /^aws-cli\/(\d+)\.(\d+)/.exec(version);
  if (!match) return false;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  return major === 1 ? minor >= 29 : major === 2 ? minor >= 13 : major > 2;
}

/** A script, not a link: a shim must be called by its own name, and the interpreter is not on the instance's PATH. */
function writeCommand(dir: string, command: string[]): void {
  const words = command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  fs.writeFileSync(path.join(dir, 'aws'), `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
}

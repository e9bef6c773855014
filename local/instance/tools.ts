import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { shellQuote } from '../../imagebuilder/shell-quote';
import { cachedOutput } from '../cached-output';
import { runProgram } from './run-program';

/** What an instance finds without our doing. */
export const SYSTEM_PATH = '/usr/bin:/bin';

/** What the emulator of the AWS CLI is bundled from and with. */
const SOURCES = ['local/instance/aws.ts', 'local/instance/aws-command', 'local/instance/tools.ts'];

/**
 * Makes a folder with the command that Amazon Linux has and this machine may lack, `aws`: this machine's AWS CLI if it
 * obeys AWS_ENDPOINT_URL, else an emulator of it.
 *
 * The CLI is tried in an environment as bare as an instance's,
 * because a version manager's shim may need more than that.
 */
export async function prepareTools(dir: string): Promise<void> {
  mkdirSync(dir, { recursive: true });
  const folders = (process.env.PATH ?? SYSTEM_PATH).split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  for (const program of folders.map((folder) => path.join(folder, 'aws')).filter((file) => existsSync(file))) {
    const { code, stdout, stderr } = await runProgram(program, ['--version'], {
      env: { PATH: SYSTEM_PATH, HOME: dir },
    });
    if (code === 0 && obeysEndpointUrl((stdout || stderr).trim())) return writeCommand(path.join(dir, 'aws'), program);
  }
  const bundle = path.join(dir, 'aws.js');
  writeFileSync(bundle, cachedOutput('aws.js', SOURCES, bundleAwsCommand));
  writeCommand(path.join(dir, 'aws'), process.execPath, bundle);
}

/**
 * Bundles the emulator of the AWS CLI into one JavaScript file:
 * loading the SDK from its hundreds of files costs a second.
 */
function bundleAwsCommand(): string {
  const { buildSync, stop } = require('esbuild') as typeof import('esbuild');
  const { outputFiles } = buildSync({
    entryPoints: [path.join(__dirname, 'aws.ts')],
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'error',
  });
  // It would keep a process for builds to come.
  void stop();
  return outputFiles[0]?.text ?? '';
}

/** Since 1.29 and 2.13. Source: AWS SDKs and Tools Reference Guide, "Service-specific endpoints". */
function obeysEndpointUrl(version: string): boolean {
  const match = /^aws-cli\/(\d+)\.(\d+)/.exec(version);
  if (!match) return false;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  return major === 1 ? minor >= 29 : major === 2 ? minor >= 13 : major > 2;
}

/**
 * A script, not a link: a shim must be called by its own name, an interpreter looks for its library beside the name it
 * was called by, and Node.js is not on the instance's PATH.
 */
export function writeCommand(file: string, ...command: string[]): void {
  writeFileSync(file, `#!/bin/sh\nexec ${command.map(shellQuote).join(' ')} "$@"\n`, { mode: 0o755 });
}

import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { shellQuote } from '../../imagebuilder/shell-quote';
import { cachedOutput } from '../cached-output';

/** What an instance finds without our doing. */
export const SYSTEM_PATH = '/usr/bin:/bin';

/** What the emulator of the AWS CLI is bundled from and with. */
const SOURCES = ['local/instance/aws.ts', 'local/instance/aws-command', 'local/instance/tools.ts'];

/**
 * Makes a folder with the command that Amazon Linux has and this machine may lack, `aws`: this machine's AWS CLI if it
 * obeys AWS_ENDPOINT_URL, else an emulator of it. Which one, its first call finds out: to ask a CLI for its version takes
 * a second, and only large files need it.
 */
export function prepareTools(dir: string): void {
  const clis = path.join(dir, 'aws-clis');
  mkdirSync(clis, { recursive: true });
  const folders = (process.env.PATH ?? SYSTEM_PATH).split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  const programs = folders.map((folder) => path.join(folder, 'aws')).filter((file) => existsSync(file));
  // Read in the order of their names.
  programs.forEach((program, index) => {
    writeCommand(path.join(clis, String(index).padStart(4, '0')), program);
  });
  const bundle = path.join(dir, 'aws.js');
  writeFileSync(bundle, cachedOutput('aws.js', SOURCES, bundleAwsCommand));
  writeCommand(path.join(dir, 'aws-emulator'), process.execPath, bundle);
  copyFileSync(path.join(__dirname, 'aws-of-choice'), path.join(dir, 'aws'));
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

/**
 * A script, not a link: a shim must be called by its own name, an interpreter looks for its library beside the name it
 * was called by, and Node.js is not on the instance's PATH.
 */
export function writeCommand(file: string, ...command: string[]): void {
  writeFileSync(file, `#!/bin/sh\nexec ${command.map(shellQuote).join(' ')} "$@"\n`, { mode: 0o755 });
}

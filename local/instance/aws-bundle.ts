import * as path from 'node:path';
import { build } from 'esbuild';

/** Bundles the emulator of the AWS CLI into one JavaScript file: loading the SDK from its hundreds of files costs a second. */
export async function bundleAwsCommand(outFile: string): Promise<void> {
  await build({
    entryPoints: [path.join(__dirname, 'aws.ts')],
    outfile: outFile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'error',
  });
}

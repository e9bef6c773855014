import path from 'node:path';
import { aws_lambda as lambda } from 'aws-cdk-lib';
import { bundle } from '../build/bundle';
import { stagedFolder } from './staged-folder';
import { temporaryFolder } from './temporary-folder';

/** Gives the code of a function in lambda/ by the name of its folder. */
export type FunctionCode = (name: string) => lambda.Code;

/**
 * The functions as the tests and local mode run them: the same bundle, made once for all stacks of an app.
 *
 * The files live in a temporary folder until the process ends, because CDK copies them while it synthesizes; what
 * counts for a change is their content. Throws esbuild's error when a function cannot be bundled.
 */
export function bundledCode(): FunctionCode {
  let files: Record<string, string> | undefined;
  return (name) => {
    files ??= bundleForThisProcess();
    const file = files[name];
    if (!file) throw new Error(`there is no function lambda/${name}`);
    return lambda.Code.fromAsset(stagedFolder(path.dirname(file)));
  };
}

function bundleForThisProcess(): Record<string, string> {
  return bundle(temporaryFolder('lambda-ec2-functions-'));
}

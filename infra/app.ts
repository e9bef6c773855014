import { existsSync } from 'node:fs';
import path from 'node:path';
import { App } from 'aws-cdk-lib';
import { sourcesHash } from '../contract/deployed-sources';
import { printError } from '../contract/print-error';
import { loadSettings } from '../contract/settings-load';
import { UserError } from '../contract/user-error';
import { DocumentError } from '../imagebuilder/check-document';
import { imageDocument } from '../imagebuilder/image-document';
import { bakeProblems } from '../imagebuilder/python-versions';
import { addChecks } from './checks';
import { bundledCode } from './function-code';
import { LambdaEc2Stack } from './stack';

/** The app of cdk.json: one stack, from settings.yaml or from the file that `-c settings=FILE` names. */
function main(): void {
  const app = new App();
  const root = path.join(__dirname, '..');
  const file: string = app.node.tryGetContext('settings') ?? path.join(root, 'settings.yaml');
  if (!existsSync(file)) throw new UserError(`${file}: there is no such file; name one with -c settings=FILE`);
  const settings = loadSettings(file, bakeProblems);
  const made = { code: bundledCode(), image: imageDocument(settings), sourcesHash: sourcesHash(root) };
  new LambdaEc2Stack(app, { settings, ...made });
  addChecks(app);
}

try {
  main();
} catch (error) {
  // The synthesis itself comes after this, at the end of the process.
  process.exit(printError(error instanceof DocumentError ? new UserError(error.message) : error));
}

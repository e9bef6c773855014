import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isMap, isScalar, isSeq, parseDocument, Scalar } from 'yaml';
import type { Settings } from '../contract/settings';
import type { ComponentDocument } from '../infra/image-component';
import { checkDocument, DocumentError } from './check-document';
import { shellQuote } from './shell-quote';

const FOLDER = path.join(__dirname, 'components');

/** What a document may download, by the parameter that receives its S3 URL. */
const ASSETS: Readonly<Record<string, string>> = {
  Files: path.join(__dirname, 'files'),
  Rootfs: path.join(__dirname, '..', 'runner-script', 'rootfs'),
};

/** The constants that a document may declare, and the setting that each carries. */
const CONSTANTS: Readonly<Record<string, (settings: Settings) => string>> = {
  PythonVersion: (settings) => settings.python_version,
  PythonOptimized: (settings) => String(settings.python_optimized),
  PythonConfigureOptions: (settings) => settings.python_configure_options.join(' '),
  AppUrl: (settings) => settings.app_url,
  AppRef: (settings) => settings.app_ref,
  AppRequirements: (settings) => settings.app_requirements,
  AppCredentials: (settings) => settings.app_credentials,
  BakeRequiresApp: (settings) => String(settings.bake_requires_app),
};

/**
 * The components of the image for these settings, in the order in which they run: one for each file of
 * imagebuilder/components, by its number.
 *
 * The settings go into the documents' constants, quoted for the shell, since a component knows nothing else of the stack.
 *
 * @throws DocumentError, one sentence with file and step, for a document that AWSTOE would not run
 */
export function componentDocuments(settings: Settings): ComponentDocument[] {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));
  return files.sort().map((file) => componentDocument(file, readFileSync(path.join(FOLDER, file), 'utf8'), settings));
}

function componentDocument(file: string, text: string, settings: Settings): ComponentDocument {
  const data = withConstants(file, text, settings);
  const { name, description = name, parameters } = checkDocument(file, data);
  const assets = Object.fromEntries(
    parameters.map((parameter) => {
      const asset = ASSETS[parameter.name];
      if (!asset) throw new DocumentError(file, undefined, `parameter ${parameter.name} names no asset`);
      return [parameter.name, asset];
    }),
  );
  return { name, description, data, assets };
}

/** The text with the value of each constant in place; everything else, comments too, stays as it is. */
function withConstants(file: string, text: string, settings: Settings): string {
  const document = parseDocument(text);
  const constants = document.get('constants');
  if (document.errors.length > 0 || !isSeq(constants)) return text;
  for (const item of constants.items) {
    const [pair] = isMap(item) ? item.items : [];
    if (!pair || !isScalar(pair.key) || !isMap(pair.value)) continue;
    const setting = CONSTANTS[String(pair.key.value)];
    if (!setting) throw new DocumentError(file, undefined, `constant ${pair.key.value} stands for no setting`);
    const value = setting(settings);
    // Interpolated once more, it would be taken for a reference.
    if (value.includes('{{')) {
      throw new DocumentError(
        file,
        undefined,
        `the setting behind ${pair.key.value} holds "{{", which AWSTOE interpolates`,
      );
    }
    const quoted = new Scalar(shellQuote(value));
    quoted.type = Scalar.QUOTE_DOUBLE;
    pair.value.set('value', quoted);
  }
  return document.toString({ lineWidth: 0 });
}

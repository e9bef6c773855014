import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseDocument, Scalar } from 'yaml';
import type { Settings } from '../contract/settings';
import { checkDocument, DocumentError } from './check-document';
import { namesIn } from './references';
import type { ToePhase } from './schema';
import { shellQuote } from './shell-quote';

/** How the image is made: one component document of Image Builder, and what it downloads. */
export interface ImageDocument {
  description: string;
  /** The YAML text of the AWSTOE document. */
  data: string;
  /** The same, read: what a local bake runs. */
  phases: ToePhase[];
  /** The value of each constant: a setting, quoted for the shell. */
  constants: Record<string, string>;
  /**
   * Folders that the document downloads (`S3Download`): the name of one of its parameters -> a path. The parameter's
   * value is the `s3://` URL of a zip file.
   */
  assets: Record<string, string>;
}

const FILE = 'image.yaml';
/** The API's limit on a document that travels inside the request (InlineComponentData, CreateComponent). */
const MAX_CHARACTERS = 16_000;

const ASSETS: Readonly<Record<string, string>> = {
  Files: path.join(__dirname, 'files'),
  Rootfs: path.join(__dirname, '..', 'runner-script', 'rootfs'),
};

/**
 * The image document for these settings: image.yaml with the assets as its parameters and the settings that it refers
 * to as its constants, since a component knows nothing else of the stack.
 *
 * @param text of image.yaml
 * @throws DocumentError, one sentence with file and step, for a document that AWSTOE or a local bake would not run
 */
export function imageDocument(
  settings: Settings,
  text = readFileSync(path.join(__dirname, FILE), 'utf8'),
): ImageDocument {
  const yaml = parseDocument(text, { uniqueKeys: true });
  const { description, phases } = checkDocument(
    FILE,
    yaml,
    (name) => Object.hasOwn(ASSETS, name) || Object.hasOwn(settings, name),
  );
  const names = new Set(namesIn(JSON.stringify(phases)).filter((name) => Object.hasOwn(settings, name)));
  const constants = Object.fromEntries([...names].map((name) => [name, constant(name as keyof Settings, settings)]));
  yaml.set('parameters', yaml.createNode(Object.keys(ASSETS).map((name) => ({ [name]: { type: 'string' } }))));
  yaml.set(
    'constants',
    yaml.createNode(
      Object.entries(constants).map(([name, value]) => ({ [name]: { type: 'string', value: quoted(value) } })),
    ),
  );
  const data = yaml.toString({ lineWidth: 0 });
  if (data.length > MAX_CHARACTERS) {
    const problem = `it has ${data.length} characters, and Image Builder takes ${MAX_CHARACTERS}`;
    throw new DocumentError(FILE, undefined, `${problem}: move scripts to imagebuilder/files`);
  }
  return { description, data, phases, constants, assets: ASSETS };
}

function constant(name: keyof Settings, settings: Settings): string {
  const setting = settings[name];
  const value = Array.isArray(setting) ? setting.join(' ') : String(setting);
  // Interpolated once more, it would be taken for a reference.
  if (value.includes('{{')) {
    throw new DocumentError(FILE, undefined, `the setting ${name} holds "{{", which AWSTOE interpolates`);
  }
  return shellQuote(value);
}

/** Quotes that keep YAML from reading a value as anything but text. */
function quoted(value: string): Scalar {
  const scalar = new Scalar(value);
  scalar.type = Scalar.QUOTE_DOUBLE;
  return scalar;
}

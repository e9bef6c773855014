import { existsSync } from 'node:fs';
import path from 'node:path';
import { settingsHash, sourcesHash } from '../../contract/deployed-sources';
import { loadSettings } from '../../contract/settings-load';
import type { Context } from './context';
import { type Finding, ok, problem } from './finding';

const ROOT = path.join(__dirname, '..', '..');
const SETTINGS_FILE = 'settings.yaml';
const DEPLOY = 'npx cdk diff, then npx cdk deploy';

/**
 * Whether the stack was deployed from these sources and this settings.yaml: infra/stack.ts leaves a hash of both in its
 * outputs. A settings file of another stack is not compared.
 */
export async function workingTree(context: Context): Promise<Finding> {
  const { name } = await context.system();
  const outputs = new Map(
    (await context.stack()).Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]),
  );
  const settings = existsSync(SETTINGS_FILE) ? loadSettings(SETTINGS_FILE) : undefined;
  const itsOwn = settings?.name === name ? settings : undefined;
  if (!outputs.has('SourcesHash')) return problem(`${name} was deployed from older sources than these`, DEPLOY);
  const differs = [
    ...(outputs.get('SourcesHash') === sourcesHash(ROOT) ? [] : ['the sources']),
    ...(!itsOwn || outputs.get('SettingsHash') === settingsHash(itsOwn) ? [] : [SETTINGS_FILE]),
  ];
  if (differs.length > 0) return problem(`${differs.join(' and ')} differ from what ${name} was deployed with`, DEPLOY);
  return ok(`${name} was deployed from these sources${itsOwn ? ` and this ${SETTINGS_FILE}` : ''}`);
}

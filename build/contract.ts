import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { APP_SETTINGS, type AppSetting } from '../contract/app-settings';
import { jsonSchema, RESULTS } from './json-schemas';
import { reference } from './reference';
import { runnerContract } from './runner-contract';
import { settingsFile } from './settings-file';

/** A file that follows from contract/, wholly or in part: `npm run contract` writes it, a test compares it. */
export interface GeneratedFile {
  /** Its path in the repository. */
  file: string;
  /** What the file should be, made of what it is. */
  make: (current: string, settings: Readonly<Record<string, AppSetting>>) => string;
}

/** What follows from the table of app settings. */
export const OF_APP_SETTINGS: GeneratedFile[] = [
  {
    file: 'runner-script/rootfs/usr/lib/lambda-ec2/runner/contract.py',
    make: (_, settings) => runnerContract(settings),
  },
  { file: 'settings.yaml', make: settingsFile },
  { file: 'docs/reference.md', make: (_, settings) => reference(settings) },
];

export const GENERATED: GeneratedFile[] = [
  ...OF_APP_SETTINGS,
  ...RESULTS.map((name) => ({ file: `docs/json/${name}.schema.json`, make: () => jsonSchema(name) })),
];

if (require.main === module) {
  for (const { file, make } of GENERATED) {
    const whole = path.join(__dirname, '..', file);
    writeFileSync(whole, make(existsSync(whole) ? readFileSync(whole, 'utf8') : '', APP_SETTINGS));
  }
}

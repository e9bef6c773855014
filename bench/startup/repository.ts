import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { commitAll } from '../../test/boot/root';
import { OTHER_REQUIREMENTS, REQUIREMENTS } from './packages';

/** The branches of the app's repository. */
export const BRANCHES = ['warm', 'source', 'requirements'] as const;
export type Branch = (typeof BRANCHES)[number];
/** Modules of an app of some size, which nothing imports: they are what there is to fetch. */
const MODULES = 200;

/** Makes the app's repository: as it was baked, with one commit more, and with other requirements. */
export function makeRepository(folder: string): void {
  mkdirSync(path.join(folder, 'modules'), { recursive: true });
  cpSync(path.join(__dirname, 'app'), folder, { recursive: true });
  for (let module = 0; module < MODULES; module++) {
    const text = Array.from({ length: 100 }, (_, line) => `VALUE_${line} = ${(module * 31 + line * 17) ** 3}\n`);
    writeFileSync(path.join(folder, 'modules', `module${module}.py`), text.join(''));
  }
  writeFileSync(path.join(folder, 'requirements.txt'), REQUIREMENTS);
  const branch = (name: Branch) => execFileSync('git', ['-C', folder, 'branch', '--force', name]);
  commitAll(folder);
  branch('warm');
  writeFileSync(path.join(folder, 'modules/module0.py'), 'VALUE = 1\n');
  commitAll(folder);
  branch('source');
  writeFileSync(path.join(folder, 'requirements.txt'), OTHER_REQUIREMENTS);
  commitAll(folder);
  branch('requirements');
}

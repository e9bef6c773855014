import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Repository } from './row';
import type { Scene } from './scene';

const read = (name: string) => readFileSync(path.join(__dirname, 'attacks', `${name}.py`), 'utf8');

/** Python of `attacks`, with values for the names that it wants. */
export function attack(name: string, values: Record<string, string | number> = {}): string {
  const given = Object.entries(values).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  return [read('common'), ...given, read(name)].join('\n');
}

/** A repository whose only requirement is a package that runs Python while it is built. */
export function packageOf(python: string): Repository {
  return {
    files: {
      'requirements.txt': './package\n',
      'package/pyproject.toml':
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n[project]\nname = "attacker"\nversion = "1.0"\n',
      'package/backend.py': read('backend'),
      'package/attack.py': python,
    },
  };
}

/** A repository with a file that a filter of the machine's git configuration runs Python for, at the checkout. */
export function filterOf(python: string): Repository {
  return {
    files: {
      '.gitattributes': 'z-filtered filter=row\n',
      'a-filter.sh': 'cat\npython3 ./a-filter.py >/dev/null 2>&1 </dev/null || :\n',
      'a-filter.py': python,
      'z-filtered': 'filtered\n',
    },
  };
}

/** What attackers must not have got. */
export function nothingGot(scene: Scene): string | undefined {
  const words = ['loot', 'wrote', 'root'].filter((word) => scene.told(word).length > 0);
  if (words.length === 0) return undefined;
  const first = words.map((word) => `${word} (${scene.told(word).length}): ${scene.told(word)[0]?.slice(0, 80)}`);
  return `code from outside has got ${first.join(', ')}`;
}

/** The same, and that the attack was really made. */
export const triedInVain = (word: string) => (scene: Scene) =>
  scene.told(word).length === 0 ? `the attack did not come to its end (${word})` : nothingGot(scene);

/** Nothing that was left behind by a build lives beside the app. */
export function nothingLives(scene: Scene): string | undefined {
  if (scene.told('alive').length === 0) return 'the daemon was never there';
  const words = scene.wordsAfterStart();
  for (const word of ['alive', 'changed']) {
    if (words.includes(word)) return `what a step left behind is ${word} beside the app`;
  }
  return nothingGot(scene);
}

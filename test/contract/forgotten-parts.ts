import type { AppSetting } from '../../contract/app-settings';

/** Where each app setting must be found. */
export interface Places {
  /** The text of runner/contract.py. */
  contract: string;
  settingsYaml: string;
  /** The texts of the runner's modules. */
  runner: string;
  /** The text of example/README.md, which says what each setting means for an app. */
  documentation: string;
  /** The kinds that RULES of the runner's settings.py has. */
  runnerKinds: readonly string[];
  /** The kinds that app-values.ts has values of. */
  exampleKinds: readonly string[];
}

/** What somebody who added an app setting to the table has still to do, in words that name it. */
export function forgottenParts(
  settings: Readonly<Record<string, Omit<AppSetting, 'kind'> & { kind: string }>>,
  places: Places,
): string[] {
  return Object.entries(settings).flatMap(([name, { kind }]) =>
    [
      !places.contract.includes(`    '${name}': `) && 'is not in runner/contract.py: npm run contract',
      !new RegExp(`^${name}: `, 'm').test(places.settingsYaml) && 'is not in settings.yaml: npm run contract',
      !places.runner.includes(`ettings['${name}']`) && 'is used by no module of the runner',
      !new RegExp(`\`${name}\\b`).test(places.documentation) && 'is not named in example/README.md',
      !places.runnerKinds.includes(kind) && `is of the kind ${kind}, which RULES of runner/settings.py lacks`,
      !places.exampleKinds.includes(kind) && `is of the kind ${kind}, which test/contract/app-values.ts lacks`,
    ]
      .filter((problem) => problem !== false)
      .map((problem) => `${name} ${problem}`),
  );
}

import { type Settings, showValue } from '../contract/settings';
import type { SettingsProblem } from '../contract/settings-load';

/**
 * Why an image with this `python_version` cannot be baked, as what is allowed instead; undefined when it can.
 *
 * Of 3.6 its last release is built from source. The others are packages of Amazon Linux 2023, which has 3.9 and, from
 * 3.11 on, the newer ones, each without a choice of its patch release ("Python in AL2023", Amazon Linux 2023 User
 * Guide). A local run takes whatever the machine has.
 */
export function pythonVersionProblem(version: string): string | undefined {
  if (/^3\.(6|6\.15|9|1[1-9])$/.test(version)) return undefined;
  return "an image can have '3.6', '3.9', and '3.11' or newer, without a patch release";
}

/** The same, as a problem of the settings. */
export function bakeProblems({ python_version: value }: Settings): SettingsProblem[] {
  const allowed = pythonVersionProblem(value);
  return allowed ? [{ path: 'python_version', value: showValue('python_version', value), allowed }] : [];
}

import { parseSettings, SettingsError } from '../../contract/settings-load';

/** What is wrong with the text of a settings file; nothing when it is right. */
export function problemsOf(yaml: string): SettingsError['problems'] {
  try {
    parseSettings(yaml);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

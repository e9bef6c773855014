import type { Settings } from '../../contract/settings';
import { UserError } from '../../contract/user-error';

/** Settings of a machine that is gone after one command, and the secrets that it is given. */
export interface WithSecrets {
  settings: Settings;
  /** Name to text. */
  secrets: Record<string, string>;
  /** What differs from AWS, a sentence each. */
  notes: string[];
}

/**
 * The settings for a machine without the secrets of AWS: of `app_secrets` the variables of the same names in this
 * command's own environment take the place, of `pip_config` this machine's own settings of pip.
 *
 * @throws UserError that names every variable that is missing
 */
export function withOwnSecrets(settings: Settings, env: NodeJS.ProcessEnv = process.env): WithSecrets {
  const named = Object.entries(settings.app_secrets).filter(([, reference]) => reference !== '');
  const missing = named.filter(([name]) => !env[name]);
  if (missing.length > 0) {
    const lines = missing.map(([name, reference]) => `app_secrets.${name}: ${reference} is a secret in AWS`);
    const names = missing.map(([name]) => name).join(', ');
    throw new UserError(`${lines.join('; ')}, which this machine has not: export ${names} for this command`);
  }
  const own = named.map(([name]) => [name, `local/${name}`] as const);
  const secrets = Object.fromEntries(own.map(([name, id]) => [id, env[name] as string]));
  const note = `pip_config: ${settings.pip_config} is a secret in AWS: pip goes by the settings of this machine instead`;
  return {
    settings: { ...settings, pip_config: '', app_secrets: Object.fromEntries(own) },
    secrets,
    notes: settings.pip_config ? [note] : [],
  };
}

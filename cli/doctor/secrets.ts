import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { paginateDescribeParameters, SSMClient } from '@aws-sdk/client-ssm';
import { entriesIn, entryOf } from '../../contract/app-maps';
import { APP_SETTING_NAMES, appSetting } from '../../contract/app-settings';
import type { Context } from './context';
import { type Finding, ok, problem, skipped } from './finding';

/** The settings whose value names a secret. */
const SETTINGS = APP_SETTING_NAMES.filter((name) => ['credentials', 'secret'].includes(appSetting(name).kind));
const PARAMETER = 'ssm:';

/** Whether the secrets that the settings name are there. Their values are not read. */
export async function secrets(context: Context): Promise<Finding> {
  const { tags } = await context.defaultVersion();
  const variables = entriesIn(tags).flatMap(([tag]) => (entryOf(tag)?.map === 'app_secrets' ? [tag] : []));
  const named = [...SETTINGS.filter((name) => tags[name]), ...variables];
  if (named.length === 0) return skipped(`${SETTINGS.join(', ')}, app_secrets: no secret is named`);
  const wrong = await Promise.all(
    named.map(async (name) => {
      const why = await problemOf(context, (tags[name] as string).replace(/#.*/, ''));
      return why ? [`${name}: ${tags[name]} ${why}`] : [];
    }),
  );
  if (wrong.flat().length === 0) return ok(named.map((name) => `${name}: ${tags[name]} is there`).join('; '));
  return problem(wrong.flat().join('; '), `make it in this Region, or ${context.line('settings', 'set', 'NAME=...')}`);
}

/** Why a secret cannot be read, as the end of a sentence. */
async function problemOf(context: Context, id: string): Promise<string | undefined> {
  const { client } = await context.system();
  if (id.startsWith(PARAMETER)) return parameterProblem(new SSMClient(client), id.slice(PARAMETER.length));
  try {
    const { DeletedDate } = await new SecretsManagerClient(client).send(new DescribeSecretCommand({ SecretId: id }));
    return DeletedDate ? `is to be deleted on ${DeletedDate.toISOString().slice(0, 10)}` : undefined;
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return 'does not exist';
    throw error;
  }
}

async function parameterProblem(ssm: SSMClient, name: string): Promise<string | undefined> {
  const ParameterFilters = [{ Key: 'Name', Option: 'Equals', Values: [name] }];
  // A page may be empty and not be the last.
  for await (const { Parameters: [parameter] = [] } of paginateDescribeParameters(
    { client: ssm },
    { ParameterFilters },
  )) {
    if (parameter) return parameter.Type === 'SecureString' ? undefined : `is a ${parameter.Type}, not a SecureString`;
  }
  return 'does not exist';
}

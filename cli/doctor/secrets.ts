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
  const looks = await Promise.all(
    named.map(async (name) => {
      const { isThere, words } = await lookAt(context, (tags[name] as string).replace(/#.*/, ''));
      return { isThere, told: `${name}: ${tags[name]} ${words}` };
    }),
  );
  const told = (some: typeof looks) => some.map((look) => look.told).join('; ');
  const wrong = looks.filter(({ isThere }) => !isThere);
  if (wrong.length === 0) return ok(told(looks));
  return problem(told(wrong), `make it in this Region, or ${context.line('settings', 'set', 'NAME=...')}`);
}

/** Whether a job could read it, and what there is to say of it, as the end of a sentence. */
interface Look {
  isThere: boolean;
  words: string;
}
const THERE: Look = { isThere: true, words: 'is there' };
const MISSING: Look = { isThere: false, words: 'does not exist' };

async function lookAt(context: Context, id: string): Promise<Look> {
  const { client } = await context.system();
  if (id.startsWith(PARAMETER)) return lookAtParameter(new SSMClient(client), id.slice(PARAMETER.length));
  try {
    const { DeletedDate } = await new SecretsManagerClient(client).send(new DescribeSecretCommand({ SecretId: id }));
    if (!DeletedDate) return THERE;
    return { isThere: false, words: `is to be deleted on ${DeletedDate.toISOString().slice(0, 10)}` };
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return MISSING;
    throw error;
  }
}

/** A job reads a parameter of any type; "SecureString" is the one that is encrypted. */
async function lookAtParameter(ssm: SSMClient, name: string): Promise<Look> {
  const ParameterFilters = [{ Key: 'Name', Option: 'Equals', Values: [name] }];
  // A page may be empty and not be the last.
  for await (const { Parameters: [parameter] = [] } of paginateDescribeParameters(
    { client: ssm },
    { ParameterFilters },
  )) {
    if (!parameter) continue;
    if (parameter.Type === 'SecureString') return THERE;
    return { isThere: true, words: `is there, but not encrypted: a ${parameter.Type}, where a SecureString would be` };
  }
  return MISSING;
}

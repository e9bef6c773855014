import type { Settings } from '../../contract/settings';
import { arn } from './account';
import { type Ask, keyAsks } from './asks';
import type { Actor } from './calls';
import type { Deployed } from './deployed';

/** What the settings name that is secret, as far as an actor has to know it. */
function referencesOf({ app_credentials, pip_config, app_secrets }: Settings, actor: Actor): string[] {
  const fetched = [app_credentials, pip_config];
  const all = actor === 'bake' ? fetched : [...fetched, ...Object.values(app_secrets)];
  return all.map((reference) => reference.replace(/#.*/, '')).filter(Boolean);
}

/** What IAM is asked for each secret of Secrets Manager that the actor has to read, or `DescribeSecret` it. */
export function secretAsks(operation: string, stack: Deployed, actor: Actor): Ask[] {
  const names = referencesOf(stack.settings, actor).filter((name) => !name.startsWith('ssm:'));
  const asks = names.map((name) => ({ action: `secretsmanager:${operation}`, resource: secretArn(name) }));
  return operation === 'GetSecretValue' ? withKey(asks, 'secretsmanager', stack) : asks;
}

/** The same for the parameters of Parameter Store. */
export function parameterAsks(stack: Deployed, actor: Actor): Ask[] {
  const names = referencesOf(stack.settings, actor).filter((name) => name.startsWith('ssm:'));
  const paths = names.map((name) => name.slice('ssm:'.length).replace(/^\//, ''));
  const asks = paths.map((path) => ({ action: 'ssm:GetParameter', resource: arn('ssm', `parameter/${path}`) }));
  return withKey(asks, 'ssm', stack);
}

function withKey(asks: Ask[], service: string, stack: Deployed): Ask[] {
  return asks.length > 0 ? [...asks, ...keyAsks(['Decrypt'], service, stack)] : [];
}

/** As Secrets Manager makes it of a name, with six random characters. */
export function secretArn(name: string): string {
  return name.startsWith('arn:') ? name : arn('secretsmanager', `secret:${name}-AbCdEf`);
}

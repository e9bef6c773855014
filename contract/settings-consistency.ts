import { sharedFiles } from './app-files';
import { APP_MAP_NAMES } from './app-maps';
import { architectureOf } from './instance-types';
import type { Settings } from './settings';
import { MAX_TAG_VALUE } from './tags';

/**
 * As many launches are refused for lack of room within the time of one run of the launch function, at a second each.
 */
const MAX_TRIES = 40;

/** Two settings that do not go together: where to say so, and what to do. */
export interface Conflict {
  path: [keyof Settings, ...(number | string)[]];
  allowed: string;
}

/**
 * What is wrong between settings that are each right alone.
 *
 * `wrong` names settings already found wrong: nothing is said about pairs they belong to, so that one mistake is
 * reported once.
 */
export function conflicts(settings: Settings, wrong: ReadonlySet<string> = new Set()): Conflict[] {
  const found: Conflict[] = [];
  const valid = (...names: (keyof Settings)[]) => !names.some((name) => wrong.has(name));

  if (valid('instance_types', 'architecture')) {
    for (const [index, type] of settings.instance_types.entries()) {
      const actual = architectureOf(type);
      if (actual === settings.architecture) continue;
      const allowed = `it is ${actual} and architecture says ${settings.architecture}: make them agree`;
      found.push({ path: ['instance_types', index], allowed });
    }
  }

  const tries = settings.instance_types.length * settings.subnets.length;
  if (valid('instance_types', 'subnets') && tries > MAX_TRIES) {
    const allowed = `with ${settings.instance_types.length} instance types that makes ${tries} places to look for room: keep it to ${MAX_TRIES}`;
    found.push({ path: ['subnets'], allowed });
  }

  for (const { name, other } of sharedFiles(settings)) {
    if (valid(name, other))
      found.push({ path: [name], allowed: `${other} is the same file: give them different names` });
  }

  if (valid(...APP_MAP_NAMES)) {
    for (const name of Object.keys(settings.app_secrets).filter(
      (one) => settings.app_secrets[one] && settings.app_env[one],
    )) {
      found.push({ path: ['app_secrets', name], allowed: `app_env has ${name} too: leave one of them out` });
    }
  }

  if (valid('schedules')) {
    const names = settings.schedules.map(({ name }) => name.toLowerCase());
    for (const [index, name] of names.entries()) {
      if (names.indexOf(name) === index) continue;
      found.push({ path: ['schedules', index], allowed: 'give each schedule a name of its own' });
    }
  }

  if (valid('subnets', 'vpc_id')) {
    if (settings.subnets.length > 0 && !settings.vpc_id)
      found.push({ path: ['vpc_id'], allowed: 'name the VPC of the subnets' });
    if (settings.vpc_id && settings.availability_zones.length > 0) {
      found.push({
        path: ['availability_zones'],
        allowed: 'leave it empty: the subnets say where instances of vpc_id are',
      });
    }
    if (settings.vpc_id && settings.subnets.length === 0) {
      found.push({ path: ['subnets'], allowed: `name at least one subnet of ${settings.vpc_id}` });
    }
  }

  if (valid('bucket', 'bucket_encryption') && !settings.bucket && settings.bucket_encryption.startsWith('arn:')) {
    const allowed = "name that key in kms_key_arn: it encrypts the stack's own bucket";
    found.push({ path: ['bucket_encryption'], allowed });
  }
  if (valid('bucket', 'bucket_request_payer') && !settings.bucket && settings.bucket_request_payer) {
    found.push({
      path: ['bucket_request_payer'],
      allowed: "name another account's bucket in bucket, or set it to false",
    });
  }

  if (settings.system_packages.join(' ').length > MAX_TAG_VALUE) {
    const allowed = `at most ${MAX_TAG_VALUE} characters together, because they travel as a tag: leave out what others bring along`;
    found.push({ path: ['system_packages'], allowed });
  }

  for (const name of ['app_policies', 'app_statements'] as const) {
    if (settings[name].length === 0 || settings.app_aws_access || !valid(name, 'app_aws_access')) continue;
    found.push({
      path: [name],
      allowed: 'set app_aws_access to true: without it the app cannot use the role they belong to',
    });
  }
  return found;
}

import { createHash } from 'node:crypto';
import { Ec2Error, invalidParameterValue } from './errors';
import type { World } from './world';

/** The longest token that RunInstances takes; launch templates take 128. */
export const RUN_INSTANCES_TOKEN = 64;
export const LAUNCH_TEMPLATE_TOKEN = 128;

/**
 * Makes a creating call idempotent: the second call with a token gets what the first one made. One that failed leaves
 * its token free.
 *
 * Requests are compared as they were sent, without the token: `$Default` counts as the text `$Default`, wherever the
 * default may have moved since. AWS does not say what it does there; this is the reading that keeps a redelivered
 * message from starting a second run.
 *
 * @param scope what a token is unique within: the action,
 *   for RunInstances also the Availability Zone if one was asked for
 * @param make makes the resources and returns their ids
 * @returns ids of the resources made by the first call with this token
 * @throws Ec2Error `IdempotentParameterMismatch`, and what `make` throws
 */
export function once(
  { state: { tokens } }: World,
  scope: string,
  request: { ClientToken?: string; DryRun?: boolean },
  maxLength: number,
  make: () => string[],
): string[] {
  const { ClientToken: token, DryRun: _dryRun, ...rest } = request;
  if (!token) return make();
  if (token.length > maxLength || !/^[\x20-\x7e]+$/.test(token)) {
    throw invalidParameterValue(
      `Invalid value '${token}' for ClientToken. It may have up to ${maxLength} ASCII characters`,
    );
  }
  const requestHash = createHash('sha256').update(JSON.stringify(rest)).digest('hex');
  const found = tokens.get(`${scope} ${token}`);
  if (found && found.requestHash !== requestHash) {
    throw new Ec2Error(
      'IdempotentParameterMismatch',
      'Arguments on this idempotent request are inconsistent with arguments used in previous request(s).',
    );
  }
  const resourceIds = found?.resourceIds ?? make();
  tokens.set(`${scope} ${token}`, { requestHash, resourceIds });
  return resourceIds;
}

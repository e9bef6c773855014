import { createHash } from 'node:crypto';
import { Ec2Error, invalidParameterValue } from './errors';
import type { TokenRecord } from './state';

/** The longest token that RunInstances takes; launch templates take 128. */
export const RUN_INSTANCES_TOKEN = 64;
export const LAUNCH_TEMPLATE_TOKEN = 128;

/**
 * Makes a creating call idempotent: the second call with a token gets what the first one made.
 *
 * Requests are compared as they were sent, without the token: `$Default` counts as the text `$Default`, wherever the
 * default may have moved since. AWS does not say what it does there; this is the reading that keeps a redelivered
 * message from starting a second run.
 *
 * @param scope what a token is unique within: the action, for RunInstances also the Availability Zone if one was asked for
 * @returns ids of the resources made by the first call with this token, or undefined: go on, then {@link remember}
 * @throws Ec2Error `IdempotentParameterMismatch`
 */
export function recall(
  tokens: Map<string, TokenRecord>,
  scope: string,
  token: string | undefined,
  request: object,
  maxLength: number,
): string[] | undefined {
  if (!token) return undefined;
  if (token.length > maxLength || !/^[\x20-\x7e]+$/.test(token)) {
    throw invalidParameterValue(
      `Invalid value '${token}' for ClientToken. It may have up to ${maxLength} ASCII characters`,
    );
  }
  const found = tokens.get(`${scope} ${token}`);
  if (!found) return undefined;
  if (found.requestHash === hash(request)) return found.resourceIds;
  throw new Ec2Error(
    'IdempotentParameterMismatch',
    'Arguments on this idempotent request are inconsistent with arguments used in previous request(s).',
  );
}

/** Keeps what a call made, for the next one with its token. Tokens are kept for as long as the state is. */
export function remember(
  tokens: Map<string, TokenRecord>,
  scope: string,
  token: string | undefined,
  request: object,
  resourceIds: string[],
): void {
  if (token) tokens.set(`${scope} ${token}`, { requestHash: hash(request), resourceIds });
}

function hash(request: object): string {
  const { ClientToken: _token, DryRun: _dryRun, ...rest } = request as Record<string, unknown>;
  return createHash('sha256').update(JSON.stringify(rest)).digest('hex');
}

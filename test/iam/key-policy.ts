import { page } from '../docs/pages';
import { ACCOUNT, iamArn } from './account';
import type { Policy } from './deployed';

/** The one that every key has: with it the policies of IAM count. */
const ACCOUNT_STATEMENT = { Effect: 'Allow', Principal: { AWS: iamArn('root') }, Action: 'kms:*', Resource: '*' };

/** The policy of a key of `kms_key_arn`, as docs/operating.md gives it. */
export const KEY_POLICY: Policy = { Version: '2012-10-17', Statement: [ACCOUNT_STATEMENT, ...documented()] };

/** The statements on the page, with the placeholder filled in. */
function documented(): Policy['Statement'] {
  const [, statements] = /\nThe key policy then has.*\n\n((?: {4}.*\n)+)/.exec(page('docs/operating.md')) ?? [];
  if (!statements) throw new Error('docs/operating.md has no key policy');
  return JSON.parse(`[${statements.replace(/ACCOUNT/g, ACCOUNT)}]`);
}

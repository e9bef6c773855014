/** Who signed a request, as GetCallerIdentity answers and as what he makes says. */
export interface Identity {
  Account: string;
  Arn: string;
  UserId: string;
}

/**
 * Of an access key: temporary ones begin with `ASIA` and belong to a role, all others to the one user there is.
 * Source: IAM User Guide, "IAM identifiers", unique ID prefixes.
 */
export function identityOf(accessKeyId: string, Account: string): Identity {
  if (!accessKeyId.startsWith('ASIA')) {
    return { Account, Arn: `arn:aws:iam::${Account}:user/local`, UserId: 'AIDALOCALUSER00000000' };
  }
  const session = `local/${accessKeyId}`;
  return {
    Account,
    Arn: `arn:aws:sts::${Account}:assumed-role/${session}`,
    UserId: `AROALOCALROLE00000000:${accessKeyId}`,
  };
}

import { hostname, userInfo } from 'node:os';
import type { System } from '../shared/system';

/** Who calls, as others know them: the ARN that AWS knows them by, or the user of this machine. */
export async function caller({ isLocal, client }: System): Promise<string> {
  if (isLocal) return localUser();
  const { GetCallerIdentityCommand, STSClient } = await import('@aws-sdk/client-sts');
  const { Arn } = await new STSClient(client).send(new GetCallerIdentityCommand({}));
  return Arn ?? localUser();
}

function localUser(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    // A user id without an entry.
    return hostname();
  }
}

import { hostname, userInfo } from 'node:os';
import type { System } from '../shared/system';

/** Who calls, as others know them: the ARN that AWS knows them by, else the user of this machine. */
export async function caller({ isLocal, client }: System): Promise<string> {
  if (isLocal) return localUser();
  const { GetCallerIdentityCommand, STSClient } = await import('@aws-sdk/client-sts');
  const sts = new STSClient({
    ...client,
    maxAttempts: 1,
    requestHandler: { ...client.requestHandler, connectionTimeout: 3000, requestTimeout: 5000 },
  });
  try {
    const { Arn } = await sts.send(new GetCallerIdentityCommand({}));
    return Arn ?? localUser();
  } catch {
    // A network may have no way to STS, and a job is to be stopped nevertheless. Who is not signed in hears so from S3.
    return localUser();
  }
}

function localUser(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    // A user id without an entry.
    return hostname();
  }
}

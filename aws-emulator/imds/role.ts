import { createHash } from 'node:crypto';
import type { ImdsInstance } from './instance';
import { wholeSeconds } from './time';

/** The document of `iam/security-credentials/ROLE`: what every SDK's instance credential provider reads. */
export async function roleCredentials(role: NonNullable<ImdsInstance['role']>): Promise<object> {
  const credentials = await role.credentials();
  return {
    Code: 'Success',
    LastUpdated: wholeSeconds(new Date()),
    Type: 'AWS-HMAC',
    AccessKeyId: credentials.accessKeyId,
    SecretAccessKey: credentials.secretAccessKey,
    Token: credentials.sessionToken,
    Expiration: wholeSeconds(credentials.expiration),
  };
}

/** The document of `iam/info`. */
export function profileInfo(instanceId: string, instanceProfileArn: string): object {
  const id = createHash('sha256')
    .update(`${instanceId} ${instanceProfileArn}`)
    .digest('hex')
    .slice(0, 17)
    .toUpperCase();
  return {
    Code: 'Success',
    LastUpdated: wholeSeconds(new Date()),
    InstanceProfileArn: instanceProfileArn,
    InstanceProfileId: `AIPA${id}`,
  };
}

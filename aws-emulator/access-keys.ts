import { randomBytes } from 'node:crypto';
import type { KeyStore } from './http/types';
import type { RoleCredentials } from './imds/instance';

/** Role credentials on EC2 last about six hours; IMDS gives new ones before that. */
const ROLE_LIFETIME_MS = 6 * 3_600_000;
/** Of credentials that nobody renews. */
export const NEVER = new Date(8.64e15);

/**
 * The access keys of the local machine: one for the person who uses it, and temporary ones for roles. Made anew at each
 * start, so that nothing signed elsewhere, and nothing left over, is good here.
 */
export class AccessKeys implements KeyStore {
  readonly accessKeyId = `AKIA${randomName(16)}`;
  readonly secretAccessKey = randomBytes(30).toString('base64url');
  private readonly temporary = new Map<string, RoleCredentials & { role: string }>();

  secretFor(accessKeyId: string, sessionToken?: string): string | undefined {
    if (accessKeyId === this.accessKeyId) return sessionToken === undefined ? this.secretAccessKey : undefined;
    const role = this.temporary.get(accessKeyId);
    if (!role || role.sessionToken !== sessionToken || role.expiration.getTime() < Date.now()) return undefined;
    return role.secretAccessKey;
  }

  callerOf(accessKeyId: string): string {
    return this.temporary.get(accessKeyId)?.role ?? 'user';
  }

  /** New temporary credentials, as an instance's role has them; `role` is what calls with them are known by. */
  assumeRole(role = 'instance', expiration = new Date(Date.now() + ROLE_LIFETIME_MS)): RoleCredentials {
    const credentials = {
      accessKeyId: `ASIA${randomName(16)}`,
      secretAccessKey: randomBytes(30).toString('base64url'),
      sessionToken: randomBytes(120).toString('base64url'),
      expiration,
    };
    this.temporary.set(credentials.accessKeyId, { ...credentials, role });
    return credentials;
  }
}

function randomName(length: number): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  return [...randomBytes(length)].map((byte) => letters[byte % letters.length]).join('');
}

import { randomBytes } from 'node:crypto';

/** The longest a session token may live: six hours. */
const MAX_TTL_SECONDS = 21_600;

/** IMDSv2's session tokens. They are worth nothing on another instance, nor after their time. */
export class SessionTokens {
  private readonly expiry = new Map<string, number>();

  /**
   * @param ttl text of `X-aws-ec2-metadata-token-ttl-seconds`
   * @returns a token, or undefined when `ttl` is not a whole number from 1 to 21600: the answer is then 400
   */
  issue(ttl: string | undefined): string | undefined {
    const seconds = /^[0-9]+$/.test(ttl ?? '') ? Number(ttl) : 0;
    if (seconds < 1 || seconds > MAX_TTL_SECONDS) return undefined;
    const token = randomBytes(42).toString('base64');
    this.expiry.set(token, Date.now() + seconds * 1000);
    return token;
  }

  isValid(token: string): boolean {
    const expiry = this.expiry.get(token);
    if (expiry === undefined || expiry > Date.now()) return expiry !== undefined;
    this.expiry.delete(token);
    return false;
  }
}

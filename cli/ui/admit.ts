import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Why a request is refused. */
export interface Refusal {
  status: 403 | 405;
  message: string;
}

/** By which a browser may call this machine; any other name was made to lead here (DNS rebinding). */
const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:[0-9]+)?$/i;

/**
 * Lets in who reads, by the token that is the first part of the path. Returns the rest of the path.
 *
 * The port in `Host` may be another: whoever looks from another machine forwards one of theirs.
 */
export function admit({ headers, method, url = '' }: IncomingMessage, token: string): URL | Refusal {
  if (!LOOPBACK.test(headers.host ?? '')) return { status: 403, message: 'This page answers on loopback only.' };
  const [, given = '', rest] = /^\/([^/?#]*)(\/[^#]*)?/.exec(url) ?? [];
  if (!isSame(given, token) || rest === undefined) {
    return { status: 403, message: 'Open the whole address that lambda-ec2 ui has printed.' };
  }
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, message: 'This page is only read.' };
  return new URL(`http://127.0.0.1${rest}`);
}

/** In a time that does not tell how much of it was right. */
function isSame(given: string, token: string): boolean {
  const [a, b] = [given, token].map((text) => createHash('sha256').update(text).digest());
  return timingSafeEqual(a as Buffer, b as Buffer);
}

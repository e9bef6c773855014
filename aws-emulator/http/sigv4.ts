import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type Claim, readClaim } from './credential';
import { RequestRefused } from './refused';
import { parseTarget, percentDecode, type Target, uriEncode } from './target';
import type { Caller, KeyStore, Signing } from './types';

/** A clock may be wrong by this much (S3 error RequestTimeTooSkewed: "larger than 15 minutes"). */
const ALLOWED_SKEW_MS = 15 * 60_000;

/** A request that has been read far enough to know whom it is for, but is not verified yet. */
export interface Unverified {
  readonly req: IncomingMessage;
  readonly target: Target;
  readonly claim: Claim;
}

/** @throws RequestRefused when the request carries no readable signature */
export function readSignature(req: IncomingMessage): Unverified {
  const target = parseTarget(req.url ?? '/');
  return { req, target, claim: readClaim(req.headers, target) };
}

/**
 * Verifies a Signature Version 4, in headers or presigned.
 *
 * @param payloadHash hexadecimal SHA-256 of the body, or what S3 lets stand in its place (`UNSIGNED-PAYLOAD`, ...)
 * @param nowMs milliseconds since the epoch
 * @throws RequestRefused with the reason
 */
export function verifySignature(
  { req, target, claim }: Unverified,
  keys: KeyStore,
  payloadHash: string,
  nowMs: number = Date.now(),
): { caller: Caller; signing: Signing } {
  checkTime(claim, nowMs);
  checkEveryAmzHeaderIsSigned(req, claim);
  const secret = keys.secretFor(claim.accessKeyId, claim.sessionToken);
  if (secret === undefined) {
    throw new RequestRefused('unknown-key', `the access key id ${claim.accessKeyId} or its session token is not known`);
  }

  const scope = `${claim.date}/${claim.region}/${claim.service}/aws4_request`;
  const canonical = canonicalRequest(req, target, claim, payloadHash);
  const key = signingKey(secret, claim);
  const expected = sign(key, ['AWS4-HMAC-SHA256', claim.timestamp, scope, sha256(canonical)].join('\n'));
  if (!timingSafeEqual(Buffer.from(expected), Buffer.from(claim.signature))) {
    throw new RequestRefused(
      'mismatch',
      'the signature calculated here is not the one in the request; check the key and the signing method',
    );
  }
  const { accessKeyId, sessionToken, region, service } = claim;
  return {
    caller: { accessKeyId, sessionToken, region, service },
    signing: { key, timestamp: claim.timestamp, scope, signature: claim.signature },
  };
}

/** HMAC-SHA256 in hexadecimal. The text is taken as Latin-1, which is how Node hands over header bytes. */
export function sign(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text, 'latin1').digest('hex');
}

function canonicalRequest(req: IncomingMessage, target: Target, claim: Claim, payloadHash: string): string {
  const headers = claim.signedHeaders.map((name) => `${name}:${canonicalHeader(req, name)}\n`);
  return [
    req.method,
    claim.service === 's3' ? s3Path(target.path) : normalisedPath(target.path),
    canonicalQuery(target),
    headers.join(''),
    claim.signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
}

/** S3 signs the key's own encoding, once; its keys may hold empty and dot segments, so nothing is normalised. */
function s3Path(path: string): string {
  return path.split('/').map(percentDecode).map(uriEncode).join('/');
}

/** Every other service encodes each segment of the path that was sent a second time, after resolving it. */
function normalisedPath(path: string): string {
  const resolved = new URL(path.replace(/\/{2,}/g, '/'), 'http://host').pathname;
  return resolved.split('/').map(uriEncode).join('/');
}

function canonicalQuery({ query }: Target): string {
  return query
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]): [string, string] => [uriEncode(name), uriEncode(value)])
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function canonicalHeader(req: IncomingMessage, name: string): string {
  const values = req.headersDistinct[name] ?? [];
  return values.map((value) => value.trim().replace(/ +/g, ' ')).join(',');
}

/** Otherwise a header could be added on the way; S3 words it "There were headers present which were not signed". */
function checkEveryAmzHeaderIsSigned(req: IncomingMessage, claim: Claim): void {
  const unsigned = Object.keys(req.headers).filter(
    (name) => name.startsWith('x-amz-') && !claim.signedHeaders.includes(name),
  );
  if (unsigned.length > 0) {
    throw new RequestRefused('unsigned-header', `there are headers which were not signed: ${unsigned.join(', ')}`);
  }
}

function checkTime(claim: Claim, nowMs: number): void {
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(claim.timestamp) ?? [];
  const signedMs = Date.UTC(Number(y), Number(mo) - 1, Number(d), Number(h), Number(mi), Number(s));
  if (!claim.timestamp.startsWith(claim.date)) {
    throw new RequestRefused('malformed', 'the date of the credential scope is not the date of the signature');
  }
  if (claim.expiresSeconds !== undefined && nowMs > signedMs + claim.expiresSeconds * 1000) {
    throw new RequestRefused('expired', 'Request has expired');
  }
  const early = signedMs - nowMs > ALLOWED_SKEW_MS;
  const late = claim.expiresSeconds === undefined && nowMs - signedMs > ALLOWED_SKEW_MS;
  if (early || late) {
    throw new RequestRefused('skewed', 'the request time and the current time differ by more than 15 minutes');
  }
}

function signingKey(secret: string, { date, region, service }: Claim): Buffer {
  let key = Buffer.from(`AWS4${secret}`);
  for (const part of [date, region, service, 'aws4_request']) key = createHmac('sha256', key).update(part).digest();
  return key;
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'latin1').digest('hex');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

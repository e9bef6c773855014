import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Sha256 } from '@smithy/core/checksum';
import { escapeUri } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';
import { type Claim, readClaim } from './claim';
import { RequestRefused } from './refused';
import { parseTarget, percentDecode, type Target } from './target';
import type { KeyStore, Signing } from './types';

/** A clock may be wrong by this much (S3 error RequestTimeTooSkewed: "larger than 15 minutes"). */
const ALLOWED_SKEW_MS = 15 * 60_000;

/** A request that has been read far enough to know whom it is for, but is not verified yet. */
export interface Unverified {
  req: IncomingMessage;
  target: Target;
  claim: Claim;
}

/** @throws RequestRefused when the request carries no readable signature */
export function readSignature(req: IncomingMessage): Unverified {
  const target = parseTarget(req.url ?? '/');
  return { req, target, claim: readClaim(req, target) };
}

/**
 * Verifies a Signature Version 4, in headers or presigned: signs what arrived again, with the SDK's own signer.
 *
 * @param payloadHash hexadecimal SHA-256 of the body, or what S3 lets stand in its place (`UNSIGNED-PAYLOAD`, ...)
 * @param nowMs milliseconds since the epoch
 * @throws RequestRefused with the reason
 */
export async function verifySignature(
  unverified: Unverified,
  keys: KeyStore,
  payloadHash: string,
  nowMs: number = Date.now(),
): Promise<Signing> {
  const { req, claim } = unverified;
  const { accessKeyId, region, service, signedAt: signingDate } = claim;
  checkTime(claim, nowMs);
  checkEveryAmzHeaderIsSigned(req, claim);
  const secretAccessKey = keys.secretFor(accessKeyId, claim.sessionToken);
  if (secretAccessKey === undefined) {
    throw new RequestRefused('unknown-key', `the access key id ${accessKeyId} or its session token is not known`);
  }
  const credentials = { accessKeyId, secretAccessKey };
  const how = { applyChecksum: false, uriEscapePath: service !== 's3', sha256: Sha256 };
  const signer = new SignatureV4({ credentials, region, service, ...how });
  const signed = await signer.sign(signedRequest(unverified, payloadHash), {
    signingDate,
    signableHeaders: new Set(claim.signedHeaders),
    // The signer adds the first; the second is how it takes the hash.
    unsignableHeaders: new Set(['x-amz-date', 'x-amz-content-sha256']),
  });
  const expected = signed.headers.authorization?.slice(-claim.signature.length) ?? '';
  if (!timingSafeEqual(Buffer.from(expected), Buffer.from(claim.signature))) {
    throw new RequestRefused(
      'mismatch',
      'the signature calculated here is not the one in the request; check the key and the signing method',
    );
  }
  return { ...claim, sign: (text) => signer.sign(text, { signingDate }) };
}

/** The part of a request that its signature covers. */
function signedRequest({ req, claim, target }: Unverified, payloadHash: string) {
  const query: Record<string, string[]> = Object.create(null);
  for (const [name, value] of target.query) query[name] = [...(query[name] ?? []), value];
  delete query['X-Amz-Signature'];
  const headers = claim.signedHeaders.map((name) => [name, headerText(req.headersDistinct[name])]);
  return {
    method: req.method ?? '',
    protocol: 'http:',
    hostname: '',
    path: claim.service === 's3' ? s3Path(target.path) : target.path,
    query,
    headers: { ...Object.fromEntries(headers), 'x-amz-content-sha256': payloadHash } as Record<string, string>,
  };
}

/** Node hands over header bytes as Latin-1; signers see UTF-8. */
function headerText(values: string[] = []): string {
  return Buffer.from(values.map((value) => value.trim()).join(','), 'latin1').toString();
}

/** S3 signs the key's own encoding, once; its keys may hold empty and dot segments, so nothing is normalised. */
function s3Path(path: string): string {
  return path.split('/').map(percentDecode).map(escapeUri).join('/');
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

function checkTime({ signedAt, expiresSeconds }: Claim, nowMs: number): void {
  const ageMs = nowMs - signedAt.getTime();
  if (expiresSeconds !== undefined && ageMs > expiresSeconds * 1000) {
    throw new RequestRefused('expired', 'Request has expired');
  }
  if (-ageMs > ALLOWED_SKEW_MS || (expiresSeconds === undefined && ageMs > ALLOWED_SKEW_MS)) {
    throw new RequestRefused('skewed', 'the request time and the current time differ by more than 15 minutes');
  }
}

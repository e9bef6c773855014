import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from './body';
import type { Claim } from './claim';
import { RequestRefused } from './refused';
import { type Unverified, verifySignature } from './signature';
import type { KeyStore, ServiceRequest } from './types';

/** Longer than any request body of the services other than S3 (an SQS batch: 1 MiB). */
const LONGEST_SIGNED_BODY = 4 * 1024 * 1024;

/**
 * Verifies a request's signature, for which the body is read unless it is S3's.
 *
 * @throws RequestRefused
 */
export async function admit(
  unverified: Unverified,
  res: ServerResponse,
  requestId: string,
  { keys, now }: { keys: KeyStore; now?: () => number },
): Promise<ServiceRequest> {
  const { req, claim, target } = unverified;
  const query = new Map(target.query);
  const headers = { ...hoistedHeaders(query), ...joinedHeaders(req.headersDistinct) };
  const { accessKeyId } = claim;
  const caller = keys.callerOf?.(accessKeyId);
  const request = { req, res, path: target.path, query, headers, requestId, accessKeyId, caller };
  if (claim.service === 's3') {
    const signing = await verifySignature(unverified, keys, s3PayloadHash(claim, headers), now?.());
    sendContinue(req, res);
    return { ...request, body: Buffer.alloc(0), signing };
  }
  sendContinue(req, res);
  const body = await readBody(req, LONGEST_SIGNED_BODY);
  const hash = createHash('sha256').update(body).digest('hex');
  return { ...request, body, signing: await verifySignature(unverified, keys, hash, now?.()) };
}

/** In a presigned URL the signer may have moved `x-amz-` headers into the query; they mean the same there. */
function hoistedHeaders(query: ReadonlyMap<string, string>): Record<string, string> {
  if (!query.has('X-Amz-Signature')) return {};
  const hoisted = [...query].map(([name, value]) => [name.toLowerCase(), value] as const);
  return Object.fromEntries(hoisted.filter(([name]) => name.startsWith('x-amz-')));
}

function joinedHeaders(distinct: NodeJS.Dict<string[]>): Record<string, string> {
  return Object.fromEntries(Object.entries(distinct).map(([name, values]) => [name, (values ?? []).join(',')]));
}

/**
 * S3 signs the hash that the request states, so that the body can be streamed; the service compares it afterwards.
 * Source: S3 API Reference, "Authenticating Requests (AWS Signature Version 4)".
 */
function s3PayloadHash({ presigned }: Claim, headers: ServiceRequest['headers']): string {
  const stated = headers['x-amz-content-sha256'] ?? (presigned ? 'UNSIGNED-PAYLOAD' : undefined);
  if (stated !== undefined) return stated;
  throw new RequestRefused('missing-payload-hash', 'Missing required header for this request: x-amz-content-sha256');
}

function sendContinue(req: IncomingMessage, res: ServerResponse): void {
  if (req.headers.expect?.toLowerCase() === '100-continue') res.writeContinue();
}

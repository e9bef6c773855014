import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { RefusalReason } from './refused';

type Wording = readonly [status: number, code: string];

/** Sources: S3 "Error responses", EC2 "Error codes for the Amazon EC2 API", SQS "Common errors". */
const S3: Record<RefusalReason, Wording> = {
  unsigned: [403, 'AccessDenied'],
  malformed: [400, 'AuthorizationHeaderMalformed'],
  'unknown-key': [403, 'InvalidAccessKeyId'],
  mismatch: [403, 'SignatureDoesNotMatch'],
  skewed: [403, 'RequestTimeTooSkewed'],
  expired: [403, 'AccessDenied'],
  'unsigned-header': [403, 'AccessDenied'],
  'missing-payload-hash': [400, 'InvalidRequest'],
  'too-large': [400, 'EntityTooLarge'],
  'unknown-service': [501, 'NotImplemented'],
  internal: [500, 'InternalError'],
};

const EC2: Record<RefusalReason, Wording> = {
  ...S3,
  malformed: [400, 'IncompleteSignature'],
  'unknown-key': [401, 'AuthFailure'],
  mismatch: [401, 'AuthFailure'],
  skewed: [400, 'RequestExpired'],
  expired: [400, 'RequestExpired'],
  'unsigned-header': [401, 'AuthFailure'],
  'too-large': [413, 'RequestEntityTooLarge'],
};

const JSON_SERVICES: Record<RefusalReason, Wording> = {
  ...S3,
  unsigned: [403, 'MissingAuthenticationToken'],
  malformed: [400, 'IncompleteSignature'],
  'unknown-key': [403, 'UnrecognizedClientException'],
  mismatch: [403, 'InvalidSignatureException'],
  skewed: [403, 'InvalidSignatureException'],
  expired: [403, 'RequestExpired'],
  'unsigned-header': [403, 'InvalidSignatureException'],
  'too-large': [413, 'RequestEntityTooLarge'],
  internal: [500, 'InternalFailure'],
};

/** The Query protocol (SNS "Common error types"). */
const QUERY_SERVICES: Record<RefusalReason, Wording> = {
  ...S3,
  unsigned: [403, 'MissingAuthenticationToken'],
  malformed: [400, 'IncompleteSignature'],
  'unknown-key': [403, 'InvalidClientTokenId'],
  skewed: [400, 'RequestExpired'],
  expired: [400, 'RequestExpired'],
};

/**
 * Answers a request that reached no service, in the protocol that the named service's clients read.
 * Where no service could be made out the answer is S3's.
 */
export function refuse(res: ServerResponse, service: string | undefined, reason: RefusalReason, message: string): void {
  const requestId = randomBytes(8).toString('hex').toUpperCase();
  if (service === 'ec2') {
    const [status, code] = EC2[reason];
    const error = `<Errors><Error><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error></Errors>`;
    send(res, status, 'text/xml', `<Response>${error}<RequestID>${requestId}</RequestID></Response>`, requestId);
  } else if (service === 's3' || service === undefined) {
    const [status, code] = S3[reason];
    const error = `<Code>${code}</Code><Message>${escapeXml(message)}</Message><RequestId>${requestId}</RequestId>`;
    send(res, status, 'application/xml', `<Error>${error}</Error>`, requestId);
  } else if (service === 'sns') {
    const [status, code] = QUERY_SERVICES[reason];
    const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`;
    const answer = `<ErrorResponse>${error}<RequestId>${requestId}</RequestId></ErrorResponse>`;
    send(res, status, 'text/xml', answer, requestId);
  } else {
    const [status, code] = JSON_SERVICES[reason];
    send(res, status, 'application/x-amz-json-1.1', JSON.stringify({ __type: code, message }), requestId);
  }
}

function send(res: ServerResponse, status: number, type: string, body: string, requestId: string): void {
  const text = type.endsWith('xml') ? `<?xml version="1.0" encoding="UTF-8"?>\n${body}` : body;
  res.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(text),
    'x-amz-request-id': requestId,
    'x-amzn-requestid': requestId,
  });
  res.end(res.req.method === 'HEAD' ? undefined : text);
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

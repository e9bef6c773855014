import type { IncomingHttpHeaders } from 'node:http';
import { RequestRefused } from './refused';
import type { Target } from './target';

/** What a request claims about its own signature, from the Authorization header or from a presigned URL. */
export interface Claim {
  readonly presigned: boolean;
  readonly accessKeyId: string;
  /** `20261124`. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  /** `20261124T101500Z`. */
  readonly timestamp: string;
  /** Lower case, in the order claimed. */
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly sessionToken?: string;
  /** Presigned URLs only: for how many seconds after `timestamp` the URL is good. */
  readonly expiresSeconds?: number;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
/** A presigned URL lives at most seven days (IAM User Guide, "Authentication with query parameters"). */
const LONGEST_EXPIRY_SECONDS = 7 * 24 * 3600;

/**
 * Reads the claim of a request.
 *
 * @throws RequestRefused `unsigned` when there is none, `malformed` when it cannot be read
 */
export function readClaim(headers: IncomingHttpHeaders, target: Target): Claim {
  const authorization = headers.authorization;
  if (authorization !== undefined) return fromHeader(authorization, headers);
  const query = new Map(target.query);
  if (query.has('X-Amz-Signature')) return fromQuery(query);
  throw new RequestRefused('unsigned', 'the request is not signed');
}

function fromHeader(authorization: string, headers: IncomingHttpHeaders): Claim {
  if (!authorization.startsWith(`${ALGORITHM} `)) malformed(`only ${ALGORITHM} signatures are accepted`);
  const fields = new Map(
    authorization
      .slice(ALGORITHM.length)
      .split(',')
      .map((field) => {
        const equals = field.indexOf('=');
        return [field.slice(0, equals).trim(), field.slice(equals + 1).trim()];
      }),
  );
  return {
    presigned: false,
    ...credentialOf(fields.get('Credential')),
    timestamp: timestampOf(single(headers['x-amz-date']) ?? dateHeader(headers.date)),
    signedHeaders: signedHeadersOf(fields.get('SignedHeaders')),
    signature: signatureOf(fields.get('Signature')),
    sessionToken: single(headers['x-amz-security-token']),
  };
}

function fromQuery(query: ReadonlyMap<string, string>): Claim {
  if (query.get('X-Amz-Algorithm') !== ALGORITHM) malformed(`X-Amz-Algorithm must be ${ALGORITHM}`);
  const expiresSeconds = Number(query.get('X-Amz-Expires'));
  if (!Number.isInteger(expiresSeconds) || expiresSeconds < 1 || expiresSeconds > LONGEST_EXPIRY_SECONDS) {
    malformed(`X-Amz-Expires must be between 1 and ${LONGEST_EXPIRY_SECONDS} seconds`);
  }
  return {
    presigned: true,
    ...credentialOf(query.get('X-Amz-Credential')),
    timestamp: timestampOf(query.get('X-Amz-Date')),
    signedHeaders: signedHeadersOf(query.get('X-Amz-SignedHeaders')),
    signature: signatureOf(query.get('X-Amz-Signature')),
    sessionToken: query.get('X-Amz-Security-Token'),
    expiresSeconds,
  };
}

function credentialOf(credential: string | undefined): Pick<Claim, 'accessKeyId' | 'date' | 'region' | 'service'> {
  const match = /^([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request$/.exec(credential ?? '');
  if (!match) malformed('the credential must be ACCESS_KEY_ID/DATE/REGION/SERVICE/aws4_request');
  const [, accessKeyId = '', date = '', region = '', service = ''] = match;
  return { accessKeyId, date, region, service };
}

function timestampOf(timestamp: string | undefined): string {
  if (!/^\d{8}T\d{6}Z$/.test(timestamp ?? '')) malformed('the request needs an X-Amz-Date like 20261124T101500Z');
  return timestamp as string;
}

function signedHeadersOf(list: string | undefined): string[] {
  const names = (list ?? '').split(';').filter((name) => name !== '');
  if (!names.includes('host')) malformed('the host header must be signed');
  return names;
}

function signatureOf(signature: string | undefined): string {
  if (!/^[0-9a-f]{64}$/.test(signature ?? '')) malformed('the signature must be 64 hexadecimal digits');
  return signature as string;
}

/** SigV4 allows the standard Date header in place of X-Amz-Date. */
function dateHeader(date: string | undefined): string | undefined {
  const time = Date.parse(date ?? '');
  return Number.isNaN(time) ? undefined : `${new Date(time).toISOString().replace(/[-:]|\.\d+/g, '')}`;
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

function malformed(message: string): never {
  throw new RequestRefused('malformed', message);
}

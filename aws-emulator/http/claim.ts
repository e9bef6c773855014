import type { IncomingMessage } from 'node:http';
import { RequestRefused } from './refused';
import type { Target } from './target';

/** What a request claims about its own signature, from the Authorization header or from a presigned URL. */
export interface Claim {
  presigned: boolean;
  accessKeyId: string;
  region: string;
  service: string;
  /** `20261124/eu-west-1/s3/aws4_request`. */
  scope: string;
  /** `20261124T101500Z`. */
  timestamp: string;
  signedAt: Date;
  /** Lower case. */
  signedHeaders: readonly string[];
  /** Hexadecimal. */
  signature: string;
  sessionToken?: string;
  /** Presigned URLs only: for how many seconds after `signedAt` the URL is good. */
  expiresSeconds?: number;
}

type Fields = Readonly<Record<string, string | undefined>>;

/**
 * What S3 answers to Signature Version 2, the default of `aws s3 presign` (version 1), boto3 and s3cmd for addresses
 * that are not Amazon's. Source: Amazon S3 User Guide, "AWS Signature Version 2 turned off (deprecated)".
 */
const OLD_SIGNATURE = 'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.';
const ALGORITHM = 'AWS4-HMAC-SHA256';
/** A presigned URL lives at most seven days (IAM User Guide, "Authentication with query parameters"). */
const LONGEST_EXPIRY_SECONDS = 7 * 24 * 3600;

/**
 * Reads the claim of a request.
 *
 * @throws RequestRefused `unsigned` when there is none, `old-signature` for Version 2, `malformed` when it cannot be read
 */
export function readClaim({ headers }: IncomingMessage, { query }: Target): Claim {
  const [algorithm = '', list = ''] = headers.authorization?.split(/ (.*)/s) ?? [];
  const fields = Object.fromEntries(query);
  if (algorithm === 'AWS' || ('AWSAccessKeyId' in fields && 'Signature' in fields)) {
    throw new RequestRefused('old-signature', OLD_SIGNATURE);
  }
  if (algorithm !== '') {
    const pairs = list.split(',').map((field) => field.trim().split(/=(.*)/s));
    const named: Fields = Object.fromEntries(pairs.map(([name, value]) => [`X-Amz-${name}`, value]));
    const [date, token] = [headers['x-amz-date'], headers['x-amz-security-token']].map((value) => value?.toString());
    return claimOf(false, {
      ...named,
      'X-Amz-Algorithm': algorithm,
      'X-Amz-Date': date,
      'X-Amz-Security-Token': token,
    });
  }
  if ('X-Amz-Signature' in fields) return { ...claimOf(true, fields), expiresSeconds: expiryOf(fields) };
  throw new RequestRefused('unsigned', 'the request is not signed');
}

function claimOf(presigned: boolean, fields: Fields): Claim {
  if (fields['X-Amz-Algorithm'] !== ALGORITHM) malformed(`only ${ALGORITHM} signatures are accepted`);
  const [, accessKeyId = '', scope = '', date = '', region = '', service = ''] =
    /^([^/]+)\/((\d{8})\/([^/]+)\/([^/]+)\/aws4_request)$/.exec(fields['X-Amz-Credential'] ?? '') ??
    malformed('the credential must be ACCESS_KEY_ID/DATE/REGION/SERVICE/aws4_request');
  const timestamp = fields['X-Amz-Date'] ?? '';
  const signedAt = new Date(timestamp.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\dZ)$/, '$1-$2-$3:$4:$5'));
  if (Number.isNaN(signedAt.getTime())) malformed('the request needs an X-Amz-Date like 20261124T101500Z');
  if (!timestamp.startsWith(date)) malformed('the date of the credential scope is not the date of the signature');
  const signedHeaders = fields['X-Amz-SignedHeaders']?.split(';') ?? [];
  if (!signedHeaders.includes('host')) malformed('the host header must be signed');
  const signature = fields['X-Amz-Signature'] ?? '';
  if (!/^[0-9a-f]{64}$/.test(signature)) malformed('the signature must be 64 hexadecimal digits');
  const sessionToken = fields['X-Amz-Security-Token'];
  return {
    presigned,
    accessKeyId,
    scope,
    region,
    service,
    timestamp,
    signedAt,
    signedHeaders,
    signature,
    sessionToken,
  };
}

function expiryOf(fields: Fields): number {
  const seconds = Number(fields['X-Amz-Expires']);
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= LONGEST_EXPIRY_SECONDS) return seconds;
  return malformed(`X-Amz-Expires must be between 1 and ${LONGEST_EXPIRY_SECONDS} seconds`);
}

function malformed(message: string): never {
  throw new RequestRefused('malformed', message);
}

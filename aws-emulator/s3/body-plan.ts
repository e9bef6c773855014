import type { ServiceRequest } from '../http/types';
import { type Algorithm, algorithmNamed, statedChecksum } from './checksums';
import { S3Error } from './errors';

/** What a request says about its body before the body has arrived. */
export interface BodyPlan {
  chunked: boolean;
  signedChunks: boolean;
  /** Bytes after decoding. */
  size: number;
  /** Hexadecimal SHA-256 of the body as sent; absent when the payload is unsigned or signed in chunks. */
  sha256?: string;
  /** From Content-MD5. */
  md5?: Buffer;
  checksum?: { algorithm: Algorithm; value: string };
  /** The checksum that will follow the body. */
  trailer?: Algorithm;
}

/** The largest body of one PUT (S3 User Guide, "Uploading objects"): 5 GiB. */
const LARGEST_PUT_BYTES = 5 * 1024 ** 3;
const STREAMING = /^STREAMING-(UNSIGNED-PAYLOAD-TRAILER|AWS4-HMAC-SHA256-PAYLOAD(?:-TRAILER)?)$/;

/**
 * Reads the headers that describe a body.
 *
 * @throws S3Error MissingContentLength, InvalidDigest, InvalidRequest, InvalidArgument, EntityTooLarge
 */
export function planBody({ headers }: ServiceRequest): BodyPlan {
  const payload = headers['x-amz-content-sha256'] ?? 'UNSIGNED-PAYLOAD';
  const streaming = STREAMING.exec(payload);
  const hashed = /^[0-9a-f]{64}$/.test(payload);
  if (!streaming && !hashed && payload !== 'UNSIGNED-PAYLOAD') {
    throw new S3Error(
      'InvalidArgument',
      'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, a STREAMING- value or a valid sha256 value',
    );
  }
  const trailer = headers['x-amz-trailer'];
  return {
    chunked: streaming !== null,
    signedChunks: streaming?.[1]?.startsWith('AWS4') ?? false,
    size: sizeOf(headers, streaming ? 'x-amz-decoded-content-length' : 'content-length'),
    sha256: hashed ? payload : undefined,
    md5: md5Of(headers['content-md5']),
    checksum: statedChecksum(headers),
    trailer: trailer === undefined ? undefined : algorithmNamed(trailer.replace(/^x-amz-checksum-/, '')),
  };
}

/** S3 takes no body of unknown length. */
function sizeOf(headers: ServiceRequest['headers'], name: string): number {
  const stated = headers[name];
  if (stated === undefined || !/^\d+$/.test(stated)) {
    throw new S3Error('MissingContentLength', `You must provide the ${name} HTTP header`);
  }
  const size = Number(stated);
  if (size > LARGEST_PUT_BYTES) {
    throw new S3Error('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size');
  }
  return size;
}

function md5Of(header: string | undefined): Buffer | undefined {
  if (header === undefined) return undefined;
  const md5 = Buffer.from(header, 'base64');
  if (md5.length !== 16) throw new S3Error('InvalidDigest', 'The Content-MD5 you specified was invalid');
  return md5;
}

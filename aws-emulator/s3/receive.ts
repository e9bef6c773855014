import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ServiceRequest } from '../http/types';
import { type BodyPlan, planBody } from './body-plan';
import { type StoredChecksum, startChecksum } from './checksums';
import { decodeAwsChunked, type Trailers } from './chunks';
import { S3Error } from './errors';

/** What is known of a body that arrived whole and unharmed. */
export interface Received {
  /** Bytes. */
  size: number;
  md5: Buffer;
  /** The checksum the client asked for, verified. */
  checksum?: StoredChecksum;
}

/** Request documents (DeleteObjects with 1,000 keys, a completion with 10,000 parts) stay below this. */
const LARGEST_DOCUMENT_BYTES = 4 * 1024 * 1024;

/**
 * Streams a body into a new file, and verifies its length, hash, Content-MD5 and checksum.
 *
 * @throws S3Error when the body is not what the request promised
 */
export function receiveFile(request: ServiceRequest, path: string): Promise<Received> {
  return receive(request, planBody(request), createWriteStream(path, { flags: 'wx' }));
}

/**
 * Reads a request document into memory, with the same verification. Where an upload is completed, an `x-amz-checksum-`
 * header is that of the object and not of the document.
 */
export async function receiveText(request: ServiceRequest): Promise<string> {
  const promised = planBody(request);
  const plan = request.query.has('uploadId') ? { ...promised, checksum: undefined } : promised;
  if (plan.size > LARGEST_DOCUMENT_BYTES) throw new S3Error('EntityTooLarge', 'The request document is too large');
  const pieces: Buffer[] = [];
  const sink = new Writable({
    write(piece: Buffer, _encoding, done) {
      pieces.push(piece);
      done();
    },
  });
  await receive(request, plan, sink);
  return Buffer.concat(pieces).toString('utf8');
}

async function receive(request: ServiceRequest, plan: BodyPlan, sink: Writable): Promise<Received> {
  const trailers: Trailers = new Map();
  const algorithm = plan.checksum?.algorithm ?? plan.trailer;
  const md5 = createHash('md5');
  const sha256 = plan.sha256 === undefined ? undefined : createHash('sha256');
  // Of one sum in two forms each byte is looked at once.
  const checksum = algorithm && !(sha256 && algorithm === 'sha256') ? startChecksum(algorithm) : undefined;
  let size = 0;
  // The request must outlive a failure, since the answer goes out on its connection.
  const sent: AsyncIterable<Buffer> = request.req.iterator({ destroyOnReturn: false });
  const decoded = plan.chunked
    ? decodeAwsChunked(sent, trailers, plan.signedChunks ? request.signing : undefined)
    : sent;
  await pipeline(async function* () {
    for await (const piece of decoded) {
      size += piece.length;
      md5.update(piece);
      sha256?.update(piece);
      checksum?.update(piece);
      yield piece;
    }
  }, sink);

  if (size !== plan.size) {
    throw new S3Error('IncompleteBody', `The request promised ${plan.size} bytes and carried ${size}`);
  }
  const sum = sha256?.digest();
  if (sum && sum.toString('hex') !== plan.sha256) {
    throw new S3Error(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed",
    );
  }
  const digest = md5.digest();
  if (plan.md5 && !plan.md5.equals(digest)) {
    throw new S3Error('BadDigest', 'The Content-MD5 you specified did not match what we received');
  }
  if (!algorithm) return { size, md5: digest };
  const stated = plan.checksum?.value ?? trailers.get(`x-amz-checksum-${algorithm}`);
  if (stated === undefined) throw new S3Error('MalformedTrailerError', 'The promised trailing checksum is missing');
  const value = checksum ? await checksum.base64() : sum?.toString('base64');
  if (value !== stated) {
    throw new S3Error(
      'BadDigest',
      `The ${algorithm.toUpperCase()} you specified did not match the calculated checksum`,
    );
  }
  return { size, md5: digest, checksum: { algorithm, value, type: 'FULL_OBJECT' } };
}

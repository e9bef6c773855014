import { createHash, type Hash } from 'node:crypto';
import { sign } from '../http/sigv4';
import type { Signing } from '../http/types';
import { S3Error } from './errors';

const EMPTY_SHA256 = createHash('sha256').digest('hex');

/**
 * Verifies the chain of chunk signatures of one body: each covers its chunk and the signature before it,
 * the first one the signature of the request.
 * Source: S3 API Reference, "Signature calculations for the authorization header: multiple chunks" and "... trailing headers".
 */
export class ChunkChain {
  private previous: string;
  private hash: Hash = createHash('sha256');

  constructor(
    private readonly signing: Signing,
    private readonly signedTrailers: boolean,
  ) {
    this.previous = signing.signature;
  }

  data(piece: Buffer): void {
    this.hash.update(piece);
  }

  /** @throws S3Error SignatureDoesNotMatch */
  endOfChunk(signature: string | undefined): void {
    this.step('AWS4-HMAC-SHA256-PAYLOAD', [EMPTY_SHA256, this.hash.digest('hex')], signature);
    this.hash = createHash('sha256');
  }

  /**
   * @param lines the trailers as `name:value\n` each
   * @throws S3Error SignatureDoesNotMatch
   */
  trailers(lines: string, signature: string | undefined): void {
    if (!this.signedTrailers) return;
    const hash = createHash('sha256').update(lines, 'latin1').digest('hex');
    this.step('AWS4-HMAC-SHA256-TRAILER', [hash], signature);
  }

  private step(algorithm: string, hashes: readonly string[], signature: string | undefined): void {
    const { key, timestamp, scope } = this.signing;
    const expected = sign(key, [algorithm, timestamp, scope, this.previous, ...hashes].join('\n'));
    if (signature !== expected) {
      throw new S3Error('SignatureDoesNotMatch', 'The signature of a chunk does not match the one calculated here');
    }
    this.previous = expected;
  }
}

import { createHash } from 'node:crypto';
import type { Signing } from '../http/types';
import { ByteReader } from './byte-reader';
import { S3Error } from './errors';

/** What came behind the last chunk, filled in when the body has been read to its end. */
export type Trailers = Map<string, string>;

const EMPTY_SHA256 = createHash('sha256').digest('hex');

/**
 * Decodes a body in `aws-chunked` encoding: `SIZE[;chunk-signature=SIG]CRLF DATA CRLF` and so on, a chunk of size 0,
 * trailers, an empty line. The HTTP framing around it has nothing to do with these chunks.
 * Sources: S3 API Reference, "Signature calculations for the authorization header:
 * multiple chunks" and "... trailing headers".
 *
 * @param signing verifies one signature per chunk; absent for an unsigned payload
 * @throws S3Error IncompleteBody when the encoding is broken, SignatureDoesNotMatch when a chunk was changed
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Buffer>,
  trailers: Trailers,
  signing?: Signing,
): AsyncGenerator<Buffer> {
  const reader = new ByteReader(source);
  const verify = signing && signatureChain(signing);
  for (;;) {
    const { size, signature } = parseChunkHead(await reader.line());
    const hash = createHash('sha256');
    for await (const piece of reader.bytes(size)) {
      if (signing) hash.update(piece);
      yield piece;
    }
    await verify?.('PAYLOAD', [EMPTY_SHA256, hash.digest('hex')], signature);
    if (size === 0) break;
    if ((await reader.line()) !== '') broken();
  }
  const lines = await readTrailers(reader, trailers);
  const trailerHash = createHash('sha256').update(lines, 'latin1').digest('hex');
  if (lines !== '') await verify?.('TRAILER', [trailerHash], trailers.get('x-amz-trailer-signature'));
  if (!(await reader.atEnd())) broken();
}

/** Each signature covers its chunk and the signature before it, the first one the signature of the request. */
function signatureChain({ sign, timestamp, scope, signature: seed }: Signing) {
  let previous = seed;
  return async (what: 'PAYLOAD' | 'TRAILER', hashes: readonly string[], signature: string | undefined) => {
    previous = await sign([`AWS4-HMAC-SHA256-${what}`, timestamp, scope, previous, ...hashes].join('\n'));
    if (signature === previous) return;
    throw new S3Error('SignatureDoesNotMatch', 'The signature of a chunk does not match the one calculated here');
  };
}

/** @returns what their signature covers: `name:value\n` each */
async function readTrailers(reader: ByteReader, trailers: Trailers): Promise<string> {
  let lines = '';
  for (let line = await reader.line(); line !== ''; line = await reader.line()) {
    const [name = '', value] = line.split(/:(.*)/s).map((text) => text.trim());
    if (name === '' || value === undefined) {
      throw new S3Error('MalformedTrailerError', 'The request contained trailing data that was not well-formed');
    }
    trailers.set(name.toLowerCase(), value);
    if (name.toLowerCase() !== 'x-amz-trailer-signature') lines += `${name.toLowerCase()}:${value}\n`;
  }
  return lines;
}

function parseChunkHead(line: string): { size: number; signature: string | undefined } {
  const match = /^([0-9a-fA-F]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(line);
  if (!match) broken();
  return { size: Number.parseInt(match[1] as string, 16), signature: match[2] };
}

function broken(): never {
  throw new S3Error('IncompleteBody', 'The request body is not a complete aws-chunked body');
}

import { ByteReader } from './byte-reader';
import type { ChunkChain } from './chunk-chain';
import { S3Error } from './errors';

/** What came behind the last chunk, filled in when the body has been read to its end. */
export type Trailers = Map<string, string>;

/**
 * Decodes a body in `aws-chunked` encoding: `SIZE[;chunk-signature=SIG]CRLF DATA CRLF` and so on, a chunk of size 0,
 * trailers, an empty line. The HTTP framing around it has nothing to do with these chunks.
 * Source: S3 API Reference, "Signature calculations for the authorization header: multiple chunks".
 *
 * @param chain verifies one signature per chunk; absent for an unsigned payload
 * @throws S3Error IncompleteBody when the encoding is broken, SignatureDoesNotMatch when a chunk was changed
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Buffer>,
  trailers: Trailers,
  chain?: ChunkChain,
): AsyncGenerator<Buffer> {
  const reader = new ByteReader(source);
  for (;;) {
    const { size, signature } = parseChunkHead(await reader.line());
    for await (const piece of reader.bytes(size)) {
      chain?.data(piece);
      yield piece;
    }
    chain?.endOfChunk(signature);
    if (size === 0) break;
    if ((await reader.line()) !== '') broken();
  }
  const lines: string[] = [];
  for (let line = await reader.line(); line !== ''; line = await reader.line()) {
    const colon = line.indexOf(':');
    if (colon < 1)
      throw new S3Error('MalformedTrailerError', 'The request contained trailing data that was not well-formed');
    const name = line.slice(0, colon).toLowerCase().trim();
    const value = line.slice(colon + 1).trim();
    if (name !== 'x-amz-trailer-signature') lines.push(`${name}:${value}\n`);
    trailers.set(name, value);
  }
  chain?.trailers(lines.join(''), trailers.get('x-amz-trailer-signature'));
  if (!(await reader.atEnd())) broken();
}

function parseChunkHead(line: string): { size: number; signature: string | undefined } {
  const match = /^([0-9a-fA-F]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(line);
  if (!match) broken();
  return { size: Number.parseInt(match[1] as string, 16), signature: match[2] };
}

function broken(): never {
  throw new S3Error('IncompleteBody', 'The request body is not a complete aws-chunked body');
}

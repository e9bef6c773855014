import { S3Error } from './errors';

/** No line of an aws-chunked body comes near this; a longer one is not such a body. */
const LONGEST_LINE = 8192;

/** Reads lines and counted runs of bytes from a stream of buffers, holding on to one buffer at a time. */
export class ByteReader {
  private readonly iterator: AsyncIterator<Buffer>;
  private held: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.iterator = source[Symbol.asyncIterator]();
  }

  /** The next line without its CRLF. @throws S3Error IncompleteBody at the end of the stream */
  async line(): Promise<string> {
    for (let from = 0; ; ) {
      const end = this.held.indexOf('\r\n', Math.max(0, from - 1));
      if (end >= 0) {
        const line = this.held.toString('latin1', 0, end);
        this.held = this.held.subarray(end + 2);
        return line;
      }
      from = this.held.length;
      if (from > LONGEST_LINE) incomplete();
      const more = await this.more();
      this.held = Buffer.concat([this.held, more]);
    }
  }

  /** Exactly `count` bytes, in pieces. @throws S3Error IncompleteBody at the end of the stream */
  async *bytes(count: number): AsyncGenerator<Buffer> {
    for (let left = count; left > 0; ) {
      if (this.held.length === 0) this.held = await this.more();
      const piece = this.held.subarray(0, left);
      this.held = this.held.subarray(piece.length);
      left -= piece.length;
      if (piece.length > 0) yield piece;
    }
  }

  /** Whether nothing is left. */
  async atEnd(): Promise<boolean> {
    if (this.held.length > 0) return false;
    const { done, value } = await this.iterator.next();
    if (!done) this.held = value;
    return done === true;
  }

  private async more(): Promise<Buffer> {
    const { done, value } = await this.iterator.next();
    if (done) incomplete();
    return value;
  }
}

function incomplete(): never {
  throw new S3Error('IncompleteBody', 'The request body ended before it was complete');
}

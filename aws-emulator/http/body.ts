import type { IncomingMessage, ServerResponse } from 'node:http';
import { RequestRefused } from './refused';

/** The most that is read of a body whose sender is being refused, so that he gets to read the answer. */
const DRAIN_BYTES = 64 * 1024 * 1024;
const DRAIN_MS = 10_000;

/**
 * Reads a whole request body into memory.
 *
 * @param maxBytes a longer body is refused as soon as that is known
 * @throws RequestRefused `too-large`
 */
export async function readBody(req: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const tooLarge = () => new RequestRefused('too-large', `the request body is longer than ${maxBytes} bytes`);
  if (Number(req.headers['content-length'] ?? 0) > maxBytes) throw tooLarge();
  const pieces: Buffer[] = [];
  let size = 0;
  // The connection must survive an early exit from the loop: the refusal is still to be sent on it.
  for await (const piece of req.iterator({ destroyOnReturn: false })) {
    pieces.push(piece);
    size += piece.length;
    if (size > maxBytes) throw tooLarge();
  }
  return Buffer.concat(pieces, size);
}

/** Keeps what is left of a body, once the answer is out, from being taken for the next request on the connection. */
export function drainRequest(req: IncomingMessage, res: ServerResponse): void {
  if (res.writableFinished) drain(req);
  else res.once('close', () => drain(req));
}

/** Discards a body, within bounds, and then ends the connection if the sender goes on. */
function drain(req: IncomingMessage): void {
  if (req.readableEnded || req.destroyed) return;
  let left = DRAIN_BYTES;
  const timer = setTimeout(() => req.destroy(), DRAIN_MS).unref();
  req.on('data', (piece: Buffer) => {
    left -= piece.length;
    if (left < 0) req.destroy();
  });
  req.on('close', () => clearTimeout(timer));
  req.on('error', () => undefined);
  req.resume();
}

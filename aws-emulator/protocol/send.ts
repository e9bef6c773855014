import type { ServerResponse } from 'node:http';

/** Answers with a whole body, or without one where the method or the status allows none. */
export function send(
  res: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string | undefined>>,
  body: string | Uint8Array = '',
): void {
  // A lost answer that a test asked for, or a client that hung up.
  if (res.destroyed) return;
  const bodiless = status === 204 || status === 304;
  const empty = bodiless || res.req.method === 'HEAD';
  const length = bodiless ? {} : { 'content-length': empty ? 0 : Buffer.byteLength(body) };
  res.writeHead(status, { ...length, ...headers });
  res.end(empty ? undefined : body);
}

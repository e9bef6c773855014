import { createHash } from 'node:crypto';
import { type Answer, aSigner, send } from '../http/helpers';
import { KEY } from './helpers';

/** A request of another client than the SDK: signed, its document sent as it is. */
export async function wire(url: string, method: string, path: string, query: object = {}, body = ''): Promise<Answer> {
  const { host, hostname } = new URL(url);
  const hash = (algorithm: string) => createHash(algorithm).update(body);
  const headers: Record<string, string> = { host, 'x-amz-content-sha256': hash('sha256').digest('hex') };
  if (body !== '') headers['content-md5'] = hash('md5').digest('base64');
  const request = { protocol: 'http:', hostname, method, path, query: { ...query }, headers };
  const signed = await aSigner('s3', KEY).sign({ ...request, body });
  const search = new URLSearchParams({ ...query }).toString();
  const length = { 'content-length': String(Buffer.byteLength(body)) };
  return send(url, {
    method,
    path: search ? `${path}?${search}` : path,
    headers: { ...signed.headers, ...length },
    body,
  });
}

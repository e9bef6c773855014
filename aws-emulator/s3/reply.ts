import type { ServerResponse } from 'node:http';
import type { Call } from './call';
import { S3Error } from './errors';
import { type XmlTree, xmlDocument, xmlError } from './xml';

type Headers = Readonly<Record<string, string | number | undefined>>;

/** Answers with a result document. */
export function replyXml(call: Call, root: string, content: XmlTree | string, headers: Headers = {}): void {
  send(call.res, 200, { ...ids(call), 'content-type': 'application/xml', ...headers }, xmlDocument(root, content));
}

/** Answers with headers only. */
export function replyEmpty(call: Call, status: number, headers: Headers = {}): void {
  send(call.res, status, { ...ids(call), ...headers }, '');
}

/** Answers with an error document, or with the status alone where the method allows no body. */
export function replyError(
  res: ServerResponse,
  requestId: string,
  resource: string,
  error: S3Error | { readonly status: number; readonly code: string; readonly message: string },
): void {
  const { extra = {}, headers = {} } = error instanceof S3Error ? error : {};
  const body = xmlError({
    Code: error.code,
    Message: error.message,
    ...extra,
    Resource: resource,
    RequestId: requestId,
    HostId: requestId,
  });
  send(res, error.status, { ...idHeaders(requestId), 'content-type': 'application/xml', ...headers }, body);
}

/** The headers every answer carries. */
export function ids(call: Call): Record<string, string> {
  return idHeaders(call.requestId);
}

/** Drops the headers that have no value. */
export function present(headers: Headers): Record<string, string | number> {
  const entries = Object.entries(headers).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Record<string, string | number>;
}

function idHeaders(requestId: string): Record<string, string> {
  return { 'x-amz-request-id': requestId, 'x-amz-id-2': requestId };
}

function send(res: ServerResponse, status: number, headers: Headers, body: string): void {
  const noBody = res.req.method === 'HEAD' || status === 204 || status === 304;
  const length = status === 204 || status === 304 ? {} : { 'content-length': noBody ? 0 : Buffer.byteLength(body) };
  res.writeHead(status, present({ ...length, ...headers }));
  res.end(noBody ? undefined : body);
}

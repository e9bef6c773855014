import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
  type ServerResponse,
} from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

/** What becomes of a request. Times are in milliseconds. */
export type Action =
  /** Never answered. */
  | 'hang'
  /** The connection is closed before anything is done. */
  | 'cut'
  /** Half of the request is read, then the connection is closed: nothing is done. */
  | 'half-sent'
  /** Done, but the connection is closed instead of an answer. */
  | 'lose'
  /** Done, but half of the answer's body comes, then the connection is closed. */
  | 'half'
  /** Done, later, unless the client has gone by then. */
  | { delay: number }
  /** Done, and the answer comes by so many bytes a second. */
  | { drip: number }
  /** Not done; an answer of the proxy's own: a refusal in S3's form when there is no body. */
  | { refuse: number; code?: string; headers?: Record<string, string>; body?: string };

/** A fault on the way between an instance and a service. */
export interface Rule {
  method?: string;
  /** Of the decoded path: `/BUCKET/KEY`, or `/latest/...` for the metadata service. */
  path?: RegExp;
  /** So many requests that match pass first. */
  after?: number;
  /** So many are touched; all of them when absent. */
  count?: number;
  /** Only within so many seconds from the first request that matches. */
  seconds?: number;
  does: Action;
}

/** A request that came by. */
export interface Passed {
  method: string;
  path: string;
}

export interface Route {
  /** May be changed at any time. */
  rules: Rule[];
  /** Everything that came by, in its order, touched or not. */
  passed: Passed[];
  close(): void;
}

interface Watched {
  matches: number;
  touched: number;
  firstAt?: number;
}

/** An HTTP proxy on a Unix socket in front of one server, with faults. The first rule that applies is the one. */
export function startProxy(socket: string, upstream: RequestOptions, rules: Rule[]): Route {
  const watched = new Map<Rule, Watched>();
  const passed: Passed[] = [];
  const route = { rules: [...rules], passed };
  const server = createServer((request, response) => {
    const one = { method: request.method ?? '', path: decodePath(request.url ?? '/') };
    passed.push(one);
    const { socket: client } = request;
    // A client or a server that goes away in the middle is what all this is about.
    answer(request, response, upstream, take(route.rules, watched, one)).catch(() => client.destroy());
  });
  server.keepAliveTimeout = 65_000;
  server.listen(socket);
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return Object.assign(route, { close });
}

function decodePath(url: string): string {
  const path = url.split('?')[0] ?? '';
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function take(rules: Rule[], watched: Map<Rule, Watched>, { method, path }: Passed): Action | undefined {
  const now = Date.now();
  for (const rule of rules) {
    const { after = 0, count = Number.POSITIVE_INFINITY, seconds = Number.POSITIVE_INFINITY, does } = rule;
    if ((rule.method ?? method) !== method || !(rule.path?.test(path) ?? true)) continue;
    const one = watched.get(rule) ?? { matches: 0, touched: 0 };
    watched.set(rule, one);
    one.firstAt ??= now;
    one.matches++;
    if (one.matches <= after || one.touched >= count || now - one.firstAt >= seconds * 1000) continue;
    one.touched++;
    return does;
  }
  return undefined;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  upstream: RequestOptions,
  action: Action | undefined,
): Promise<void> {
  if (action === 'hang') return;
  if (action === 'cut') {
    request.socket.destroy();
    return;
  }
  if (action === 'half-sent') {
    await readHalf(request);
    request.socket.destroy();
    return;
  }
  const body = await collect(request);
  if (typeof action === 'object' && 'refuse' in action) {
    refuse(request, response, action);
    return;
  }
  if (typeof action === 'object' && 'delay' in action) await pause(action.delay);
  // Who has gone meanwhile had not sent it.
  if (request.socket?.destroyed ?? true) return;
  const reply = await forward(request, body, upstream);
  const content = await collect(reply);
  if (action === 'lose') {
    request.socket.destroy();
    return;
  }
  response.writeHead(reply.statusCode ?? 502, endToEnd(reply.rawHeaders));
  if (request.method === 'HEAD') response.end();
  else if (action === 'half') {
    response.write(content.subarray(0, content.length / 2), () => request.socket.destroy());
  } else if (typeof action === 'object' && 'drip' in action) await drip(response, content, action.drip);
  else response.end(content);
}

async function collect(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function readHalf(request: IncomingMessage): Promise<void> {
  const half = Number(request.headers['content-length'] ?? 0) / 2;
  let read = 0;
  for await (const chunk of request) {
    read += (chunk as Buffer).length;
    if (read >= half) return;
  }
}

function forward(request: IncomingMessage, body: Buffer, upstream: RequestOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { method, url: path } = request;
    const headers = endToEnd(request.rawHeaders);
    httpRequest({ ...upstream, method, path, headers, agent: false } as RequestOptions, resolve)
      .on('error', reject)
      .end(body);
  });
}

/** Without those that are about one connection; as Node.js takes them, each name followed by its value. */
function endToEnd(raw: string[]): string[] {
  const dropped = ['connection', 'keep-alive', 'expect', 'transfer-encoding'];
  const kept: string[] = [];
  for (let at = 0; at < raw.length; at += 2) {
    const [name = '', value = ''] = raw.slice(at, at + 2);
    if (!dropped.includes(name.toLowerCase())) kept.push(name, value);
  }
  return kept;
}

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  { refuse: status, code = 'InternalError', headers = {}, body }: Extract<Action, { refuse: number }>,
): void {
  const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>a fault of the test</Message></Error>`;
  const content = body ?? xml;
  response.writeHead(status, { 'content-type': 'application/xml', 'content-length': content.length, ...headers });
  response.end(request.method === 'HEAD' ? undefined : content);
}

async function drip(response: ServerResponse, content: Buffer, bytes: number): Promise<void> {
  for (let at = 0; at < content.length && !response.destroyed; at += bytes) {
    response.write(content.subarray(at, at + bytes));
    await pause(1000);
  }
  response.end();
}

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { ImdsInstance } from './instance';
import { SessionTokens } from './tokens';
import { type Folder, type Leaf, metadataTree } from './tree';

/** Where else the metadata service of an instance is reached, and from when on. */
export interface ImdsOptions {
  /** Path of a Unix socket to answer on as well, for an instance in a network namespace of its own. */
  unixSocket?: string;
  /** For so long after the start every connection is cut: metadata that is late, as it is on a young machine. */
  delayMs?: number;
}

export interface Imds {
  /** `http://127.0.0.1:PORT/`, with the slash that AWS CLI v2 insists on in AWS_EC2_METADATA_SERVICE_ENDPOINT. */
  url: string;
  close(): Promise<void>;
}

/** Versions a client may name in the path: `latest` or a date. Here all of them show the same. */
const VERSIONS = ['2009-04-04', '2016-09-02', '2021-01-03', '2021-03-23', '2021-07-15', '2022-09-24', 'latest'];

interface Reply {
  status: number;
  body?: string | Buffer;
  headers?: Record<string, string>;
}

/**
 * Starts the metadata service of one instance. It answers as `http://169.254.169.254` does; README.md has the details.
 *
 * @throws Error when the socket is taken
 */
export async function startImds(instance: ImdsInstance, options: ImdsOptions = {}): Promise<Imds> {
  const { unixSocket, delayMs = 0 } = options;
  const tokens = new SessionTokens();
  const tcp = createServer();
  const unix = unixSocket ? createServer() : undefined;
  const servers = unix ? [tcp, unix] : [tcp];
  const readyAt = Date.now() + delayMs;
  for (const server of servers) {
    server.on('connection', (socket: Socket) => {
      if (Date.now() < readyAt) socket.destroy();
    });
    server.on('request', (req, res) => {
      void answer(instance, tokens, req)
        .catch((error): Reply => ({ status: 500, body: `500 - Internal Server Error: ${error}` }))
        .then((reply) => send(res, reply, req.method === 'HEAD'));
    });
  }
  tcp.listen(0, '127.0.0.1');
  unix?.listen(unixSocket);
  await Promise.all(servers.map((server) => once(server, 'listening')));
  return {
    url: `http://127.0.0.1:${(tcp.address() as AddressInfo).port}/`,
    close: async () => {
      await Promise.all(servers.map((server) => stop(server)));
    },
  };
}

async function answer(instance: ImdsInstance, tokens: SessionTokens, req: IncomingMessage): Promise<Reply> {
  const parts = pathOf(req);
  // A request that came through a proxy is not the instance's own.
  if (req.headers['x-forwarded-for'] !== undefined) return { status: 403 };
  if (parts.join('/') === 'latest/api/token') return issueToken(tokens, req);
  if (req.method !== 'GET' && req.method !== 'HEAD') return { status: 405 };
  const token = req.headers['x-aws-ec2-metadata-token'];
  if (token === undefined ? instance.httpTokens !== 'optional' : !tokens.isValid(String(token))) return { status: 401 };
  if (parts.length === 0) return { status: 200, body: VERSIONS.join('\n') };
  const [version = '', ...below] = parts;
  return VERSIONS.includes(version) ? read(metadataTree(instance), below) : { status: 404 };
}

function issueToken(tokens: SessionTokens, req: IncomingMessage): Reply {
  if (req.method !== 'PUT') return { status: 405 };
  const ttl = req.headers['x-aws-ec2-metadata-token-ttl-seconds']?.toString();
  const token = tokens.issue(ttl);
  if (token === undefined || ttl === undefined) return { status: 400 };
  return { status: 200, body: token, headers: { 'x-aws-ec2-metadata-token-ttl-seconds': ttl } };
}

/** Walks down to what the path names: a leaf's content, or a folder's entries, one on each line. */
async function read(root: Folder, parts: string[]): Promise<Reply> {
  let node: Leaf | Folder | undefined = root;
  for (const part of parts) {
    node = typeof node === 'object' && Object.hasOwn(node, part) ? node[part] : undefined;
  }
  if (node === undefined) return { status: 404 };
  if (typeof node === 'object') return { status: 200, body: listing(node) };
  const body = await node();
  return body === undefined ? { status: 404 } : { status: 200, body };
}

function listing(folder: Folder): string {
  const entries = Object.entries(folder).filter(([, node]) => node !== undefined);
  return entries.map(([name, node]) => (typeof node === 'object' ? `${name}/` : name)).join('\n');
}

/**
 * The path in parts, with empty ones left out: `http://127.0.0.1:PORT/` and `/latest/...` put together by a script make
 * a double slash, and clients differ on the slash at the end of a folder.
 */
function pathOf(req: IncomingMessage): string[] {
  const path = (req.url ?? '/').split('?')[0] ?? '/';
  try {
    return path.split('/').filter(Boolean).map(decodeURIComponent);
  } catch {
    return ['']; // not percent-encoding: names nothing
  }
}

function send(res: ServerResponse, { status, body, headers }: Reply, headOnly: boolean): void {
  const content = body ?? `${status} - ${STATUS_CODES[status]}`;
  const length = Buffer.byteLength(content);
  res.writeHead(status, { 'content-type': 'text/plain', 'content-length': length, server: 'EC2ws', ...headers });
  res.end(headOnly ? undefined : content);
}

async function stop(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

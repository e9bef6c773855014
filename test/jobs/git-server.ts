import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

export interface GitServer {
  url: string;
  close(): Promise<void>;
}

export interface GitServerOptions {
  user?: string;
  /** Asked for when it is given. */
  password?: string;
  /** Sees the moments at which git is at work. */
  onRequest?: (request: IncomingMessage) => void;
  /**
   * `v0`: git's own backend that knows no newer protocol, and so gives only what a branch or a tag names.
   * `files`: a web server that knows nothing of git. A repository needs `git update-server-info` for it.
   * `page`: every request is answered with a page for people.
   */
  kind?: 'v0' | 'files' | 'page';
}

const PAGE = '<!DOCTYPE html><html><body>Please sign in</body></html>';

/** Serves the repositories of a folder, by default with git's own HTTP backend. */
export async function startGitServer(root: string, options: GitServerOptions = {}): Promise<GitServer> {
  const wanted = `Basic ${Buffer.from(`${options.user}:${options.password}`).toString('base64')}`;
  const server = createServer((request, response) => {
    options.onRequest?.(request);
    if (options.password !== undefined && request.headers.authorization !== wanted) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      return;
    }
    if (options.kind === 'page') response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
    else if (options.kind === 'files') serveFile(root, request, response);
    else serve(root, request, response, options.kind === 'v0');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function serveFile(root: string, request: IncomingMessage, response: ServerResponse): void {
  const file = path.join(root, new URL(request.url ?? '/', 'http://localhost').pathname);
  if (statSync(file, { throwIfNoEntry: false })?.isFile()) response.writeHead(200).end(readFileSync(file));
  else response.writeHead(404).end();
}

/** One request through the CGI program: headers, an empty line, the body. */
function serve(root: string, request: IncomingMessage, response: ServerResponse, old: boolean): void {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const backend = path.join(execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim(), 'git-http-backend');
  const cgi = spawn(backend, {
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_PROTOCOL: old ? '' : String(request.headers['git-protocol'] ?? ''),
      REQUEST_METHOD: request.method,
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
    },
  });
  request.pipe(cgi.stdin);
  cgi.stdin.on('error', () => {});
  const chunks: Buffer[] = [];
  cgi.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  cgi.on('close', () => {
    const answer = Buffer.concat(chunks);
    const end = answer.indexOf('\r\n\r\n');
    const fields = answer.subarray(0, end).toString().split('\r\n');
    const headers = Object.fromEntries(fields.map((field) => field.split(': ', 2) as [string, string]));
    response.writeHead(Number(headers.Status?.slice(0, 3) ?? 200), headers).end(answer.subarray(end + 4));
  });
}

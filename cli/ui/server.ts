import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EXIT, UserError } from '../../contract/user-error';
import { mendable } from '../shared/failure';
import { admit } from './admit';
import { html } from './html';
import { contentPolicy, type View } from './page';

export interface ServerOptions {
  /** Makes the view of an address; undefined when there is none. */
  viewOf(path: string, asked: URLSearchParams): Promise<View> | undefined;
  /** The document of a view that was asked for by that path. */
  render(view: View, path: string): string;
  /** Receives an error that is a defect. */
  onDefect(error: unknown): void;
}

export interface UiServer {
  /** With the token. */
  url: string;
  /** An address that works once, for a program whose command line others can see. */
  urlForOnce(): string;
  close(): Promise<void>;
}

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `${contentPolicy(true)}; frame-ancestors 'none'`,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
};

const newToken = () => randomBytes(24).toString('base64url');

/** Serves views on a free port of loopback, to whoever has the token. */
export async function startServer(options: ServerOptions): Promise<UiServer> {
  const token = newToken();
  const forOnce = new Set<string>();
  const server = createServer((request, response) => {
    for (const other of forOnce) {
      if (!(admit(request, other) instanceof URL)) continue;
      forOnce.delete(other);
      response.writeHead(303, { ...HEADERS, location: `/${token}/` }).end();
      return;
    }
    void answer(request, response, token, options);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `${origin}/${token}/`,
    urlForOnce() {
      const other = newToken();
      forOnce.add(other);
      return `${origin}/${other}/`;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  token: string,
  { viewOf, render, onDefect }: ServerOptions,
): Promise<void> {
  const send = (status: number, body: string, more: Record<string, string> = {}) =>
    response.writeHead(status, { ...HEADERS, ...more }).end(body);
  const admitted = admit(request, token);
  if (!(admitted instanceof URL)) {
    const { status, message } = admitted;
    const plain = { 'content-type': 'text/plain; charset=utf-8' };
    send(status, `${message}\n`, status === 405 ? { ...plain, allow: 'GET, HEAD' } : plain);
    return;
  }
  const path = admitted.pathname.slice(1);
  try {
    const view = viewOf(path, admitted.searchParams);
    if (view) send(200, render(await view, path));
    else send(404, render(problem('There is no such page', ''), path));
  } catch (thrown) {
    const error = mendable(thrown);
    if (!(error instanceof UserError)) onDefect(error);
    send(httpStatus(error), render(problem('This could not be shown', (error as Error).message), path));
  }
}

function problem(title: string, message: string): View {
  return { title, content: html`<h1>${title}</h1><p>${message}</p>` };
}

function httpStatus(error: unknown): number {
  if (!(error instanceof UserError)) return 500;
  if (error.exitCode === EXIT.usage) return 400;
  return error.exitCode === EXIT.missing ? 404 : 502;
}

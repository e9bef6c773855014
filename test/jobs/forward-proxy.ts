import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export interface ForwardProxy {
  url: string;
  /** What it was asked for, each as `CONNECT host:port` or `GET http://...`. */
  asked: string[];
  close(): Promise<void>;
}

/**
 * An HTTP proxy on loopback that reaches these hosts and no others: their names are known to it alone.
 *
 * @param hosts the name of a host -> its port on loopback
 */
export async function startForwardProxy(hosts: Record<string, number>): Promise<ForwardProxy> {
  const asked: string[] = [];
  const tunnels = new Set<Socket>();
  const server = createServer((incoming, response) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    forward(incoming, response, hosts);
  });
  server.on('connect', (incoming: IncomingMessage, client: Socket) => {
    asked.push(`CONNECT ${incoming.url}`);
    const port = hosts[(incoming.url ?? '').replace(/:\d+$/, '')];
    client.on('error', () => client.destroy());
    if (port === undefined) {
      client.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      return;
    }
    const upstream = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.pipe(upstream).pipe(client);
    });
    upstream.on('error', () => client.destroy());
    tunnels.add(client);
    client.on('close', () => {
      tunnels.delete(client);
      upstream.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        for (const client of tunnels) client.destroy();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function forward(incoming: IncomingMessage, response: ServerResponse, hosts: Record<string, number>): void {
  const url = new URL(incoming.url ?? '/', 'http://nobody.invalid');
  const port = hosts[url.hostname];
  if (port === undefined) {
    response.writeHead(403).end('this proxy does not know the host');
    return;
  }
  const options = { host: '127.0.0.1', port, path: url.pathname + url.search, method: incoming.method };
  const upstream = request({ ...options, headers: incoming.headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  upstream.on('error', () => response.destroy());
  incoming.pipe(upstream);
}

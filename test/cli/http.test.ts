import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { httpSettings } from '../../cli/shared/http';

test('a client that is done with leaves what others have under way', async () => {
  const server = createServer((_, answer) => answer.write('a part')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { http_proxy: before } = process.env;
  process.env.http_proxy = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const { httpAgent } = await httpSettings();
    const download = request('http://example.com/', { agent: httpAgent })
      .on('error', () => {})
      .end();
    const [answer] = await once(download, 'response');
    // As a client of the SDK does at its end.
    httpAgent?.destroy();
    expect(answer.socket.destroyed).toBe(false);
    download.destroy();
  } finally {
    process.env.http_proxy = before;
    if (before === undefined) delete process.env.http_proxy;
    server.closeAllConnections();
    server.close();
  }
});

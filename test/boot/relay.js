// Lets a network namespace reach servers outside of it: `relay.js ADDRESS:PORT=UNIX_SOCKET...`, run inside.
// Says `ready`.
const net = require('node:net');

const relays = process.argv.slice(2).map((argument) => {
  const [, host, port, socket] = /^(.*):(\d+)=(.*)$/.exec(argument);
  const server = net.createServer((client) => {
    const upstream = net.connect(socket);
    for (const side of [client, upstream]) {
      side.on('error', () => {
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream).pipe(client);
  });
  return new Promise((resolve, reject) => server.once('error', reject).listen(Number(port), host, resolve));
});
Promise.all(relays).then(
  () => process.stdout.write('ready\n'),
  (error) => {
    process.stderr.write(`${error}\n`);
    process.exit(1);
  },
);

#!/usr/bin/env node
// `npm test` and `npm run test:unit`: the runner's unit tests beside jest, which gets the arguments. What the first say
// comes when both have ended.
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const path = require('node:path');

function kill(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended already.
  }
}

async function main() {
  const runner = spawn(process.execPath, [path.join(__dirname, 'runner/start.js')], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, because Python is a process of its own behind it.
    detached: true,
  });
  const said = [];
  for (const stream of [runner.stdout, runner.stderr]) stream.on('data', (data) => said.push(data));
  const jest = spawn(process.execPath, [require.resolve('jest/bin/jest'), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  const stop = (signal) => {
    for (const pid of [-runner.pid, jest.pid]) kill(pid, signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
  const ends = await Promise.all([once(runner, 'close'), once(jest, 'close')]);
  process.stderr.write(Buffer.concat(said));
  process.exitCode = ends.every(([status]) => status === 0) ? 0 : 1;
}

void main();

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

const HOST = path.join(__dirname, 'cold-start.js');

/** A function as it is deployed: its bundle, its variables, and an event that makes it ask AWS. */
export interface ColdStart {
  file: string;
  environment: Record<string, string>;
  event: unknown;
}

/** What the first request of a cold start says, and the milliseconds of CPU of all threads until its first byte came. */
export async function firstRequest({ file, environment, event }: ColdStart): Promise<{ ms: number; text: string }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const child = spawn(process.execPath, [HOST, file, JSON.stringify(event)], {
    env: {
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'key',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_ENDPOINT_URL: endpoint,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      ...environment,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const request = new Promise<{ ms: number; text: string }>((resolve, reject) => {
    server.once('request', async (incoming: IncomingMessage) => {
      const ms = cpuOf(child.pid as number);
      let text = `${incoming.method} ${incoming.url} `;
      for await (const piece of incoming) text += piece;
      resolve({ ms, text });
    });
    child.once('exit', () => reject(new Error(`${file} ended without a request: ${errors}`)));
  });
  try {
    return await request;
  } finally {
    child.kill('SIGKILL');
    server.closeAllConnections();
    server.close();
  }
}

/** Milliseconds that the threads of a process have been on a CPU (Documentation/scheduler/sched-stats.rst of the kernel). */
function cpuOf(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  const times = readdirSync(tasks).map((id) => Number(readFileSync(`${tasks}/${id}/schedstat`, 'utf8').split(' ')[0]));
  return times.reduce((sum, ns) => sum + ns, 0) / 1e6;
}

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import path from 'node:path';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { AccessKeys } from 'aws-emulator/access-keys';
import { type Endpoint, startEndpoint } from 'aws-emulator/http/server';
import type { Service } from 'aws-emulator/protocol/types';
import { S3Service } from 'aws-emulator/s3/service';
import { inputKey, outputKeys } from '../../contract/keys';
import type { Status } from '../../contract/status';

export const REGION = 'us-east-1';
export const BUCKET = 'lambda-ec2-jobs';

/** S3 on this machine, on a port for the test and on a Unix socket for the instances. */
export interface Cloud {
  keys: AccessKeys;
  /** Of the person who uploads. */
  client: S3Client;
  /** On loopback. */
  url: string;
  services: Service[];
  /** For a relay in an instance's network namespace. */
  socket: string;
  /** Uploads a zip file of these members as the input of a job. Returns its version id. */
  upload(jobId: string, members: Record<string, string>): Promise<string>;
  status(jobId: string): Promise<Status | undefined>;
  /** A log or output of a job as text; undefined when there is none. */
  read(jobId: string, name: keyof ReturnType<typeof outputKeys>): Promise<string | undefined>;
  close(): Promise<void>;
}

/** Makes a port on loopback reachable by a Unix socket, for a relay in an instance's network namespace. */
export async function listenFor(port: number, socket: string): Promise<Server> {
  const relay = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    for (const side of [client, upstream]) {
      side.on('error', () => {
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => relay.listen(socket, resolve));
  return relay;
}

export async function startCloud(dir: string, more: Service[] = []): Promise<Cloud> {
  mkdirSync(dir, { recursive: true });
  const keys = new AccessKeys();
  const s3 = new S3Service({ dir: path.join(dir, 's3'), region: REGION });
  await s3.createBucket(BUCKET, { versioned: true });
  const services = [s3, ...more];
  const endpoint: Endpoint = await startEndpoint({ services, keys });
  const socket = path.join(dir, 's3.sock');
  const relay = await listenFor(Number(new URL(endpoint.url).port), socket);
  const { accessKeyId, secretAccessKey } = keys;
  const client = new S3Client({
    endpoint: endpoint.url,
    region: REGION,
    credentials: { accessKeyId, secretAccessKey },
  });
  const get = async (Key: string) => {
    const object = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key })).catch((error: Error) => {
      if (error.name === 'NoSuchKey') return undefined;
      throw error;
    });
    return object?.Body?.transformToString('latin1');
  };
  return {
    keys,
    client,
    url: endpoint.url,
    services,
    socket,
    async upload(jobId, members) {
      const folder = mkdtempSync(path.join(dir, 'input-'));
      for (const [name, text] of Object.entries(members)) writeFileSync(path.join(folder, name), text);
      execFileSync('python3', ['-m', 'zipfile', '-c', 'input.zip', ...Object.keys(members)], { cwd: folder });
      const Body = readFileSync(path.join(folder, 'input.zip'));
      const done = await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: inputKey(jobId), Body }));
      return done.VersionId ?? '';
    },
    async status(jobId) {
      const text = await get(outputKeys(jobId).status);
      return text === undefined ? undefined : (JSON.parse(text) as Status);
    },
    read: (jobId, name) => get(outputKeys(jobId)[name]),
    async close() {
      client.destroy();
      await new Promise((resolve) => relay.close(resolve));
      await endpoint.close();
    },
  };
}

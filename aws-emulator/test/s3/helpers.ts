import { createCipheriv } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { startEndpoint } from '../../http/server';
import type { S3EventRecord } from '../../s3/events';
import { S3Service } from '../../s3/service';

export const KEY = { accessKeyId: 'AKIDLOCAL', secretAccessKey: 'secret/of+the=local' };
export const SESSION = { accessKeyId: 'ASIALOCAL', secretAccessKey: 'temporary', sessionToken: 'token+/==' };
export const REGION = 'eu-west-1';
export const BUCKET = 'jobs';

export interface World {
  url: string;
  dir: string;
  service: S3Service;
  events: S3EventRecord[];
  defects: unknown[];
  client(config?: Partial<S3ClientConfig>): S3Client;
  close(): Promise<void>;
}

/** A world of its own for each test of a file, which must end without a defect. `made` is given each. */
export function useWorld(made: (world: World) => void): void {
  let world: World;
  beforeEach(async () => {
    world = await aWorld();
    made(world);
  });
  afterEach(async () => {
    await world.close();
    expect(world.defects).toEqual([]);
  });
}

/** A served S3 in a directory of its own, with a versioned bucket. */
export async function aWorld(options: { prefix?: string; suffix?: string } = {}): Promise<World> {
  const dir = mkdtempSync(path.join(tmpdir(), 's3-test-'));
  const events: S3EventRecord[] = [];
  const defects: unknown[] = [];
  const notification = { prefix: options.prefix ?? '', suffix: options.suffix ?? '' };
  const service = new S3Service({ dir, region: REGION, onEvent: (record) => void events.push(record), notification });
  service.createBucket(BUCKET, { versioned: true });
  const endpoint = await startEndpoint({
    services: [service],
    keys: {
      secretFor(accessKeyId, sessionToken) {
        const known = [KEY, SESSION].find((one) => one.accessKeyId === accessKeyId);
        const token = known && 'sessionToken' in known ? known.sessionToken : undefined;
        return known && token === sessionToken ? known.secretAccessKey : undefined;
      },
    },
    onDefect: (error) => void defects.push(error),
  });
  const clients: S3Client[] = [];
  return {
    url: endpoint.url,
    dir,
    service,
    events,
    defects,
    client(config) {
      const client = new S3Client({
        endpoint: endpoint.url,
        region: REGION,
        credentials: KEY,
        maxAttempts: 1,
        ...config,
      });
      clients.push(client);
      return client;
    },
    async close() {
      for (const client of clients) client.destroy();
      await endpoint.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** The S3 error code (or the HTTP status where there is no body) that a call fails with. */
export async function errorOf(call: Promise<unknown>): Promise<{ code: string; status: number | undefined }> {
  try {
    await call;
  } catch (error) {
    const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } };
    return { code: name, status: $metadata?.httpStatusCode };
  }
  throw new Error('the call succeeded');
}

/** Bytes that no compression or repetition could make right by chance, the same for the same size. */
export function someBytes(size: number): Buffer {
  return createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(size));
}

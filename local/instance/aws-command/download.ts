import { createWriteStream, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  GetObjectCommand,
  type GetObjectCommandInput,
  type GetObjectCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';

/** How often a body that breaks off is taken up again where it ended. The SDK itself only repeats the request. */
const ATTEMPTS = 5;

/**
 * Streams an object to a file, which appears under its name only when it is whole.
 *
 * @returns the answer of S3, its body consumed
 */
export async function download(
  client: S3Client,
  object: GetObjectCommandInput,
  file: string,
): Promise<Omit<GetObjectCommandOutput, 'Body'>> {
  mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  const partial = `${file}.${process.pid}.partial`;
  try {
    const { Body: body, ...answer } = await client.send(new GetObjectCommand(object));
    await receive(client, { ...object, IfMatch: answer.ETag }, body as Readable, partial);
    renameSync(partial, file);
    return answer;
  } finally {
    rmSync(partial, { force: true });
  }
}

async function receive(client: S3Client, object: GetObjectCommandInput, first: Readable, file: string): Promise<void> {
  let body = first;
  for (let attempt = 1; ; attempt++) {
    try {
      await pipeline(body, createWriteStream(file, { flags: attempt === 1 ? 'w' : 'a' }));
      return;
    } catch (error) {
      // A wrong checksum is of the whole body: there is nothing to take up again.
      if (attempt === ATTEMPTS || !isBroken(error)) throw error;
    }
    const Range = `bytes=${statSync(file).size}-`;
    body = (await client.send(new GetObjectCommand({ ...object, Range }))).Body as Readable;
  }
}

function isBroken(error: unknown): boolean {
  const code = (error as { code?: string }).code;
  return code === 'ECONNRESET' || code === 'ETIMEDOUT' || code === 'EPIPE' || code === 'ERR_STREAM_PREMATURE_CLOSE';
}

import { createReadStream, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { PutObjectCommand, type PutObjectCommandInput, type S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { readArguments, readMap, readS3Uri } from './arguments';
import { download } from './download';
import { messageOf, TransferError, UsageError } from './exit-codes';

const OPTIONS = {
  'only-show-errors': { type: 'boolean' },
  'no-progress': { type: 'boolean' },
  quiet: { type: 'boolean' },
  metadata: { type: 'string' },
  'content-type': { type: 'string' },
  sse: { type: 'string' },
  'sse-kms-key-id': { type: 'string' },
  'request-payer': { type: 'string' },
} as const;

// The CLI's multipart_threshold and multipart_chunksize. Four parts at a time are 32 MiB of memory, whatever the file.
const PART_BYTES = 8 << 20;
const PARTS_AT_ONCE = 4;
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
const MAX_PARTS = 10_000;

const TYPES: Readonly<Record<string, string>> = {
  '.zip': 'application/zip',
  '.json': 'application/json',
  '.txt': 'text/plain',
  '.html': 'text/html',
  '.csv': 'text/csv',
};

/** `aws s3 cp SRC DST`, one file, in either direction. */
export async function copy(args: string[], client: () => S3Client): Promise<void> {
  const { values, positionals } = readArguments(args, OPTIONS, 2);
  const [source, destination] = positionals as [string, string];
  const [from, to] = [readS3Uri(source), readS3Uri(destination)];
  if (!from === !to) throw new UsageError('one path must be an s3:// address and the other a file of this machine');
  const done = from ? 'download' : 'upload';
  try {
    if (from) {
      const file = isFolder(destination) ? path.join(destination, path.posix.basename(from.key)) : destination;
      await download(client(), { Bucket: from.bucket, Key: from.key, RequestPayer: payer(values) }, file);
    } else if (to) {
      const key = to.key === '' || to.key.endsWith('/') ? to.key + path.basename(source) : to.key;
      await upload(client(), source, { bucket: to.bucket, key }, values);
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new TransferError(`${done} failed: ${source} to ${destination} ${messageOf(error)}`);
  }
  if (!values['only-show-errors'] && !values.quiet) process.stdout.write(`${done}: ${source} to ${destination}\n`);
}

const payer = (values: Record<string, string | boolean | undefined>) =>
  values['request-payer'] as 'requester' | undefined;

function isFolder(file: string): boolean {
  return file.endsWith('/') || statSync(file, { throwIfNoEntry: false })?.isDirectory() === true;
}

async function upload(
  client: S3Client,
  file: string,
  to: { bucket: string; key: string },
  values: Record<string, string | boolean | undefined>,
): Promise<void> {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat?.isFile()) throw new UsageError(`the user-provided path ${file} does not exist or is not a file`);
  const request = {
    Bucket: to.bucket,
    Key: to.key,
    ContentType: (values['content-type'] as string | undefined) ?? TYPES[path.extname(file).toLowerCase()],
    ServerSideEncryption: values.sse as PutObjectCommandInput['ServerSideEncryption'],
    SSEKMSKeyId: values['sse-kms-key-id'] as string | undefined,
    RequestPayer: payer(values),
    Metadata: values.metadata === undefined ? undefined : readMap(String(values.metadata)),
  };
  if (stat.size < PART_BYTES) {
    // Read whole, so that the SDK can send it again after a fault.
    await client.send(new PutObjectCommand({ ...request, Body: readFileSync(file) }));
    return;
  }
  const partSize = Math.max(PART_BYTES, Math.ceil(stat.size / MAX_PARTS));
  const Body = createReadStream(file, { highWaterMark: 1 << 20 });
  await new Upload({ client, params: { ...request, Body }, partSize, queueSize: PARTS_AT_ONCE }).done();
}

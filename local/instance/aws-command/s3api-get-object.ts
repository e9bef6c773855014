import type { S3Client } from '@aws-sdk/client-s3';
import { readArguments } from './arguments';
import { download } from './download';
import { UsageError } from './exit-codes';

const OPTIONS = {
  bucket: { type: 'string' },
  key: { type: 'string' },
  'version-id': { type: 'string' },
  'request-payer': { type: 'string' },
} as const;

/** `aws s3api get-object --bucket B --key K [--version-id V] [--request-payer requester] OUTFILE`: prints the answer's headers as JSON. */
export async function getObject(args: string[], client: () => S3Client): Promise<void> {
  const { values, positionals } = readArguments(args, OPTIONS, 1);
  const { bucket, key, 'version-id': version } = values as Record<string, string | undefined>;
  if (!bucket || !key) throw new UsageError('the following arguments are required: --bucket, --key');
  const RequestPayer = values['request-payer'] as 'requester' | undefined;
  const object = { Bucket: bucket, Key: key, VersionId: version, RequestPayer };
  const { $metadata: _, ...answer } = await download(client(), object, positionals[0] as string);
  process.stdout.write(`${JSON.stringify(answer, null, 4)}\n`);
}

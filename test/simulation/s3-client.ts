import { S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { withSend } from '../lambda/with-send';
import type { Bucket, ObjectVersion } from './bucket';
import type { Caller, Chance } from './caller';

interface Command {
  constructor: { name: string };
  input: Record<string, unknown> & { Bucket: string; Key: string };
}

/** S3 as the SDK's client shows it, with so many tries of each request. */
export function s3Client(caller: Caller, buckets: ReadonlyMap<string, Bucket>, chance: Chance, tries = 3): S3Client {
  return withSend(S3Client, ({ constructor: { name }, input }: Command) => {
    const operation = OPERATIONS[name];
    const bucket = buckets.get(input.Bucket);
    if (!operation || !bucket) throw new Error(`the simulation has no ${name} of ${input.Bucket}`);
    return caller.call('S3', () => operation(bucket, input, caller, chance), { tries });
  });
}

type Operation = (bucket: Bucket, input: Command['input'], caller: Caller, chance: Chance) => object;

const OPERATIONS: Readonly<Record<string, Operation>> = {
  PutObjectCommand: putObject,
  GetObjectCommand: getObject,
  HeadObjectCommand: (bucket, input) => headers(found(bucket, input)),
  DeleteObjectCommand(bucket, { Key, VersionId, IfMatch }, { name }) {
    const condition = { versionId: VersionId as string | undefined, ifMatch: IfMatch as string | undefined };
    if (!bucket.delete(Key, name, condition)) throw refused('PreconditionFailed', 412);
    return {};
  },
  ListObjectsV2Command: listObjects,
  ListObjectVersionsCommand: listVersions,
};

function putObject(bucket: Bucket, input: Command['input'], { name }: Caller, { faults }: Chance): object {
  const condition = { ifMatch: input.IfMatch as string, ifNoneMatch: input.IfNoneMatch as string };
  const isConditional = condition.ifMatch !== undefined || condition.ifNoneMatch !== undefined;
  if (isConditional && faults.happens('S3 writes meet')) throw refused('ConditionalRequestConflict', 409);
  const written = bucket.put(input.Key, String(input.Body), name, condition);
  if (written.status === 200) return headers(written.version);
  throw written.status === 412 ? refused('PreconditionFailed', 412) : refused('NoSuchKey', 404);
}

function getObject(bucket: Bucket, input: Command['input']): object {
  const version = found(bucket, input);
  if (input.Range && version.body === '') throw refused('InvalidRange', 416);
  return { ...headers(version), Body: { transformToString: async () => version.body } };
}

function found(bucket: Bucket, { Key, VersionId }: Command['input']): ObjectVersion {
  const version = VersionId ? bucket.version(Key, VersionId as string) : bucket.current(Key);
  if (!version) throw refused(VersionId ? 'NoSuchVersion' : 'NoSuchKey', 404);
  return version;
}

function headers({ etag, body, time, versionId, metadata }: ObjectVersion) {
  return {
    ETag: etag,
    ContentLength: Buffer.byteLength(body),
    LastModified: new Date(Math.floor(time / 1000) * 1000),
    VersionId: versionId,
    Metadata: metadata,
  };
}

const PAGE = 1000;

function listObjects(
  bucket: Bucket,
  { Prefix = '', MaxKeys = PAGE, ContinuationToken = '' }: Command['input'],
): object {
  const keys = bucket.keys(Prefix as string).filter((key) => key > (ContinuationToken as string));
  const page = keys.slice(0, MaxKeys as number);
  const Contents = page.map((Key) => {
    const { ETag, LastModified, ContentLength: Size } = headers(bucket.current(Key) as ObjectVersion);
    return { Key, ETag, LastModified, Size };
  });
  const isCut = keys.length > page.length;
  return { Contents, IsTruncated: isCut, NextContinuationToken: isCut ? page.at(-1) : undefined };
}

/** Newest first of each key; delete markers are another list. */
function listVersions(bucket: Bucket, { Prefix = '', MaxKeys = PAGE }: Command['input']): object {
  const all = bucket.allKeys(Prefix as string).flatMap((key) => bucket.versions(key));
  const Versions = all
    .filter(({ isMarker }) => !isMarker)
    .slice(0, MaxKeys as number)
    .map(({ key, versionId }) => ({ Key: key, VersionId: versionId }));
  return { Versions };
}

function refused(name: string, status: number): S3ServiceException {
  return new S3ServiceException({ name, message: name, $fault: 'client', $metadata: { httpStatusCode: status } });
}

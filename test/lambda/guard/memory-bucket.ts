import { S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { withSend } from '../with-send';

interface Version {
  id: string;
  /** Undefined in the mark of a deletion. */
  text?: string;
  written: Date;
  metadata?: Record<string, string>;
}
interface Input {
  Key: string;
  Prefix: string;
  VersionId?: string;
  Body?: string;
  ContentType?: string;
  IfMatch?: string;
  IfNoneMatch?: string;
}

export const s3Error = (name: string, httpStatusCode: number) =>
  new S3ServiceException({ name, $fault: 'client', $metadata: { httpStatusCode }, message: `${name} in words` });

/** A bucket that keeps versions, in memory, as far as the guard uses one. */
export function memoryBucket(now: () => number) {
  const versions = new Map<string, Version[]>();
  const asked: [name: string, input: Input][] = [];
  /** What an action on a key is refused with, as in `PutObject a/b`. */
  const refusals = new Map<string, Error>();
  let count = 0;
  const add = (key: string, version: Omit<Version, 'id' | 'written'> & { written?: Date }) => {
    const id = String(++count);
    versions.set(key, [{ id, written: new Date(now()), ...version }, ...(versions.get(key) ?? [])]);
  };
  const present = (key: string) => versions.get(key)?.find((one, at) => at === 0 && one.text !== undefined);
  const under = (prefix: string) => [...versions.keys()].filter((key) => key.startsWith(prefix));
  const check = ({ Key, IfMatch, IfNoneMatch }: Input) => {
    const found = present(Key);
    if ((IfMatch && IfMatch !== found?.id) || (IfNoneMatch && found)) throw s3Error('PreconditionFailed', 412);
  };
  const described = ({ id, written, metadata }: Version) => ({ ETag: id, LastModified: written, Metadata: metadata });
  const actions: Record<string, (input: Input) => object> = {
    GetObject({ Key, VersionId }) {
      const found = VersionId ? versions.get(Key)?.find(({ id }) => id === VersionId) : present(Key);
      if (!found) throw s3Error(VersionId ? 'NoSuchVersion' : 'NoSuchKey', 404);
      const ContentLength = Buffer.byteLength(found.text ?? '');
      return { ...described(found), ContentLength, Body: { transformToString: async () => found.text } };
    },
    HeadObject({ Key }) {
      const found = present(Key);
      if (!found) throw s3Error('NotFound', 404);
      return described(found);
    },
    PutObject(input) {
      check(input);
      add(input.Key, { text: input.Body });
      return {};
    },
    DeleteObject(input) {
      check(input);
      add(input.Key, {});
      return {};
    },
    ListObjectVersions({ Prefix }) {
      const all = under(Prefix).flatMap((Key) => (versions.get(Key) ?? []).map((one) => ({ Key, ...one })));
      return {
        Versions: all.filter(({ text }) => text !== undefined).map(({ Key, id }) => ({ Key, VersionId: id })),
      };
    },
    ListObjectsV2: ({ Prefix }) => ({
      Contents: under(Prefix).flatMap((Key) => {
        const found = present(Key);
        return found ? [{ Key, ...described(found) }] : [];
      }),
    }),
  };
  const s3 = withSend(S3Client, async (command: { constructor: { name: string }; input: Input }) => {
    const name = command.constructor.name.replace('Command', '');
    asked.push([name, command.input]);
    const refusal = refusals.get(`${name} ${command.input.Key}`);
    if (refusal) throw refusal;
    return actions[name]?.(command.input);
  });
  return {
    s3,
    asked,
    refusals,
    put: (key: string, text: string, more: Partial<Pick<Version, 'written' | 'metadata'>> = {}) =>
      add(key, { text, ...more }),
    remove: (key: string) => add(key, {}),
    text: (key: string) => present(key)?.text,
    /** What was written to the bucket, in order. */
    puts: () => asked.filter(([name]) => name === 'PutObject').map(([, input]) => input),
  };
}

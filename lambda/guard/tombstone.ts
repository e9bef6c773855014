import type { Instance } from '@aws-sdk/client-ec2';
import { DeleteObjectCommand, PutObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { TOMBSTONES_PREFIX } from '../../contract/keys';
import { readObject } from '../shared/read-object';
import type { Owner } from '../shared/stack-instances';
import { asJobInstance, type JobInstance } from './job-instance';

/** Where tombstones are kept. */
export interface TombstoneStore {
  s3: S3Client;
  bucket: string;
}

/** One tombstone in the list: which instance it is about, and since when it lies there. */
export interface TombstoneEntry {
  id: string;
  written: Date;
}

/**
 * Writes the tombstone of an instance that shuts down: all that is known of it.
 *
 * EC2 takes the tags off a terminated instance "after a short while" ("Terminate an instance", EC2 User Guide), and
 * with them goes the only trace from the instance to its job. The bucket keeps the tombstone until the job has its
 * record, however late the events come; a delayed message would do too, but would take a queue of its own.
 */
export async function writeTombstone({ s3, bucket }: TombstoneStore, instance: JobInstance): Promise<void> {
  const Body = JSON.stringify(instance);
  await s3.send(
    new PutObjectCommand({ Bucket: bucket, Key: keyOf(instance.id), Body, ContentType: 'application/json' }),
  );
}

/** The instance of a tombstone as a terminated one; undefined when there is none. */
export async function readTombstone(
  { s3, bucket }: TombstoneStore,
  owner: Owner,
  id: string,
): Promise<JobInstance | 'unreadable' | undefined> {
  const object = await readObject(s3, { Bucket: bucket, Key: keyOf(id) });
  if (!object) return undefined;
  return parseTombstone((await object.Body?.transformToString()) ?? '', owner) ?? 'unreadable';
}

/** Every tombstone. There are few: only of jobs that ended without a record, until the next sweep. */
export async function listTombstones({ s3, bucket }: TombstoneStore): Promise<TombstoneEntry[]> {
  const entries: TombstoneEntry[] = [];
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: TOMBSTONES_PREFIX })) {
    for (const { Key = '', LastModified } of page.Contents ?? []) {
      const id = /\/(i-[0-9a-f]+)\.json$/.exec(Key)?.[1];
      if (id && LastModified) entries.push({ id, written: LastModified });
    }
  }
  return entries;
}

/** Removes a tombstone; that there is none is no error. Throws the S3 error when S3 denies it or does not answer. */
export async function deleteTombstone({ s3, bucket }: TombstoneStore, id: string): Promise<void> {
  await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: keyOf(id) }));
}

function keyOf(id: string): string {
  return `${TOMBSTONES_PREFIX}${id}.json`;
}

function parseTombstone(text: string, owner: Owner): JobInstance | undefined {
  let tombstone: Omit<JobInstance, 'launchTime'> & { launchTime: string };
  try {
    tombstone = JSON.parse(text);
    const described: Instance = {
      InstanceId: tombstone.id,
      State: { Name: 'terminated' },
      LaunchTime: new Date(tombstone.launchTime),
      StateReason: { Code: tombstone.stateReason, Message: tombstone.stateMessage },
      StateTransitionReason: tombstone.transition,
      Tags: Object.entries(tombstone.tags).map(([Key, Value]) => ({ Key, Value })),
      ImageId: tombstone.imageId ?? undefined,
      InstanceType: (tombstone.instanceType ?? undefined) as Instance['InstanceType'],
    };
    return asJobInstance(described, owner);
  } catch {
    return undefined;
  }
}

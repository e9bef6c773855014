import type { Instance } from '@aws-sdk/client-ec2';
import { DeleteObjectCommand, PutObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { readObject } from '../shared/read-object';
import { type Owner, type OwnInstance, ownInstance } from './own-instance';

/** Where the guard's notes lie in the job bucket: outside the prefixes of inputs and outputs, so that they start nothing. */
export const NOTES_PREFIX = 'app_runner/guard/';

/** Where notes are kept. */
export interface Notebook {
  s3: S3Client;
  bucket: string;
}

/** One note in the list: which instance it is about, and since when it lies there. */
export interface NoteEntry {
  id: string;
  written: Date;
}

/**
 * Notes what is known of an instance that shuts down.
 *
 * EC2 takes the tags off a terminated instance "after a short while" ("Terminate an instance", EC2 User Guide), and with
 * them goes the only trace from the instance to its job. The bucket keeps the note until the job is settled, however
 * late the events come; a delayed message would do too, but would take a queue of its own.
 */
export async function writeNote({ s3, bucket }: Notebook, instance: OwnInstance): Promise<void> {
  const Body = JSON.stringify(instance);
  await s3.send(
    new PutObjectCommand({ Bucket: bucket, Key: keyOf(instance.id), Body, ContentType: 'application/json' }),
  );
}

/** The instance of a note as a terminated one; undefined when there is no note. */
export async function readNote(
  { s3, bucket }: Notebook,
  owner: Owner,
  id: string,
): Promise<OwnInstance | 'unreadable' | undefined> {
  const object = await readObject(s3, { Bucket: bucket, Key: keyOf(id) });
  if (!object) return undefined;
  return parseNote((await object.Body?.transformToString()) ?? '', owner) ?? 'unreadable';
}

/** Every note. There are few: only of jobs that ended without a record, until the next sweep. */
export async function listNotes({ s3, bucket }: Notebook): Promise<NoteEntry[]> {
  const entries: NoteEntry[] = [];
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: NOTES_PREFIX })) {
    for (const { Key = '', LastModified } of page.Contents ?? []) {
      const id = /\/(i-[0-9a-f]+)\.json$/.exec(Key)?.[1];
      if (id && LastModified) entries.push({ id, written: LastModified });
    }
  }
  return entries;
}

export async function deleteNote({ s3, bucket }: Notebook, id: string): Promise<void> {
  await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: keyOf(id) }));
}

function keyOf(id: string): string {
  return `${NOTES_PREFIX}${id}.json`;
}

function parseNote(text: string, owner: Owner): OwnInstance | undefined {
  let note: Omit<OwnInstance, 'launchTime'> & { launchTime: string };
  try {
    note = JSON.parse(text);
    const described: Instance = {
      InstanceId: note.id,
      State: { Name: 'terminated' },
      LaunchTime: new Date(note.launchTime),
      StateReason: { Code: note.stateReason, Message: note.stateMessage },
      StateTransitionReason: note.transition,
      Tags: Object.entries(note.tags).map(([Key, Value]) => ({ Key, Value })),
      ...(note.imageId && { ImageId: note.imageId }),
      ...(note.instanceType && { InstanceType: note.instanceType as Instance['InstanceType'] }),
    };
    return ownInstance(described, owner);
  } catch {
    return undefined;
  }
}

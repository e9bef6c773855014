import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { DeleteObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { LAUNCH_LOCK_KEY } from '../../contract/keys';
import { readObject } from '../shared/read-object';
import { isLostRace } from '../shared/record';

/** A lock that one holder in a bucket has at a time. */
export interface LaunchLock {
  /** Whether the lock was got, within some seconds. Throws the S3 error when S3 does not answer. */
  take(bucket: string): Promise<boolean>;
  release(bucket: string): Promise<void>;
}

/**
 * After so many milliseconds whoever took the lock holds it no more: it was a function that is ended after 60 seconds
 * (LAUNCH_TIMEOUT).
 */
const LOCK_MS = 120_000;
const TRIES = 20;
const PAUSE_MS = 500;

/**
 * A lock made of one object: whoever creates it holds it. Conditional writes decide ("How to prevent object overwrites
 * with conditional writes", S3 User Guide); of a holder that is gone the lock is taken over by compare-and-set.
 */
export function launchLock(s3: S3Client, now: () => number = Date.now, pauseMs = PAUSE_MS): LaunchLock {
  return {
    async take(bucket) {
      const mine = randomUUID();
      for (let tries = 1; tries <= TRIES; tries++) {
        if (tries > 1) await pause(pauseMs);
        if (await tryToTake(s3, bucket, mine, now)) return true;
      }
      return false;
    },
    async release(bucket) {
      await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: LAUNCH_LOCK_KEY }));
    },
  };
}

async function tryToTake(s3: S3Client, bucket: string, mine: string, now: () => number): Promise<boolean> {
  if (await put(s3, bucket, mine, { IfNoneMatch: '*' })) return true;
  const held = await readObject(s3, { Bucket: bucket, Key: LAUNCH_LOCK_KEY });
  if (!held) return false;
  // The answer to a write that had succeeded was lost, and the SDK wrote again.
  if ((await held.Body?.transformToString()) === mine) return true;
  const isOver = now() - (held.LastModified?.getTime() ?? now()) > LOCK_MS;
  return isOver && put(s3, bucket, mine, { IfMatch: held.ETag });
}

async function put(s3: S3Client, Bucket: string, Body: string, condition: { IfMatch?: string; IfNoneMatch?: string }) {
  try {
    await s3.send(new PutObjectCommand({ Bucket, Key: LAUNCH_LOCK_KEY, Body, ...condition }));
    return true;
  } catch (error) {
    if (isLostRace(error)) return false;
    throw error;
  }
}

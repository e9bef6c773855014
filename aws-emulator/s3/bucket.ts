import { randomBytes } from 'node:crypto';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { NotificationConfiguration } from '@aws-sdk/client-s3';
import type { BucketRules } from './bucket-rules';
import { compareKeys } from './keys';
import type { Upload } from './upload';
import { NULL_VERSION, nextSequencer, type ObjectVersion, type VersionDraft } from './version';

/**
 * One bucket: its versions in memory, their bytes in `versions/SEQUENCER.data`.
 *
 * Changes are synchronous: a condition checked in the same turn of the event loop still holds when the write takes
 * effect.
 */
export class Bucket {
  readonly created = new Date();
  notifications: NotificationConfiguration = {};
  /** Multipart uploads that are neither completed nor aborted, by id. */
  readonly uploads = new Map<string, Upload>();
  private readonly versions = new Map<string, ObjectVersion[]>();
  private sorted: string[] | undefined;

  constructor(
    readonly name: string,
    readonly dir: string,
    readonly versioned: boolean,
    readonly rules: BucketRules = {},
  ) {
    mkdirSync(path.join(dir, 'versions'), { recursive: true });
    mkdirSync(path.join(dir, 'uploads'), { recursive: true });
  }

  get empty(): boolean {
    return this.versions.size === 0;
  }

  /** Every key that has a version or a delete marker, in listing order. */
  keys(): readonly string[] {
    this.sorted ??= [...this.versions.keys()].sort(compareKeys);
    return this.sorted;
  }

  /** The versions of a key, newest first. */
  versionsOf(key: string): readonly ObjectVersion[] {
    return this.versions.get(key) ?? [];
  }

  /** The newest version, which may be a delete marker. */
  latest(key: string): ObjectVersion | undefined {
    return this.versionsOf(key)[0];
  }

  /** The object as it is seen without a version id. */
  current(key: string): ObjectVersion | undefined {
    const latest = this.latest(key);
    return latest?.deleteMarker ? undefined : latest;
  }

  dataPath(version: ObjectVersion): string {
    return path.join(this.dir, 'versions', `${version.sequencer}.data`);
  }

  /**
   * Adds a version as the newest of its key. Without versioning it takes the place of the null version.
   *
   * @param dataFile a complete file, which is moved into the bucket; none for a delete marker
   */
  add(key: string, draft: VersionDraft, dataFile?: string): ObjectVersion {
    const version: ObjectVersion = {
      ...draft,
      key,
      versionId: this.versioned ? randomBytes(24).toString('base64url') : NULL_VERSION,
      sequencer: nextSequencer(),
      lastModified: new Date(),
    };
    if (dataFile !== undefined) renameSync(dataFile, this.dataPath(version));
    const others = this.versionsOf(key);
    if (others.length === 0) this.sorted = undefined;
    this.versions.set(key, [version, ...others]);
    const replaced = others.find((one) => one.versionId === version.versionId);
    if (replaced) this.remove(replaced);
    return version;
  }

  /** Removes one version for good. */
  remove(version: ObjectVersion): void {
    rmSync(this.dataPath(version), { force: true });
    const left = this.versionsOf(version.key).filter((one) => one !== version);
    if (left.length > 0) {
      this.versions.set(version.key, left);
    } else {
      this.versions.delete(version.key);
      this.sorted = undefined;
    }
  }
}

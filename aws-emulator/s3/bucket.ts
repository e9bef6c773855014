import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readJson, writeJson } from './files';
import { compareKeys } from './keys';
import type { Sequence } from './sequence';
import { NULL_VERSION, type ObjectVersion, type VersionDraft } from './version';

export type Versioning = 'Enabled' | 'Suspended' | undefined;

interface BucketRecord {
  readonly created: string;
  readonly versioning?: Versioning;
}

/**
 * One bucket: its versions in memory, and in its directory for the next start.
 *
 * `versions/SEQUENCER.json` describes a version and `versions/SEQUENCER.data` holds its bytes. The description is
 * written last and removed first, so data without one is a write that did not happen. Changes of the index are
 * synchronous: a condition checked in the same turn of the event loop still holds when the write takes effect.
 */
export class Bucket {
  private readonly versions = new Map<string, ObjectVersion[]>();
  private sorted: string[] | undefined;
  private record: BucketRecord;

  private constructor(
    readonly name: string,
    readonly dir: string,
    private readonly sequence: Sequence,
    record: BucketRecord,
  ) {
    this.record = record;
  }

  static create(name: string, dir: string, sequence: Sequence, versioning: Versioning): Bucket {
    mkdirSync(join(dir, 'versions'), { recursive: true });
    mkdirSync(join(dir, 'uploads'), { recursive: true });
    const record = { created: new Date().toISOString(), versioning };
    writeJson(join(dir, 'bucket.json'), record);
    return new Bucket(name, dir, sequence, record);
  }

  static load(name: string, dir: string, sequence: Sequence): Bucket {
    const bucket = new Bucket(name, dir, sequence, readJson<BucketRecord>(join(dir, 'bucket.json')));
    const files = readdirSync(join(dir, 'versions')).sort();
    const described = new Set(files.filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -5)));
    for (const file of files) {
      const sequencer = file.slice(0, file.indexOf('.'));
      sequence.seen(sequencer);
      if (file.endsWith('.json')) bucket.put(readJson<ObjectVersion>(join(dir, 'versions', file)));
      else if (!described.has(sequencer) || file.endsWith('.new')) rmSync(join(dir, 'versions', file));
    }
    return bucket;
  }

  get created(): string {
    return this.record.created;
  }

  get versioning(): Versioning {
    return this.record.versioning;
  }

  set versioning(versioning: Versioning) {
    this.record = { ...this.record, versioning };
    writeJson(join(this.dir, 'bucket.json'), this.record);
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
    return join(this.dir, 'versions', `${version.sequencer}.data`);
  }

  /**
   * Adds a version. Where versioning is not enabled it takes the place of the null version.
   *
   * @param dataFile a complete file, which is moved into the bucket; none for a delete marker
   */
  add(key: string, draft: VersionDraft, dataFile?: string): ObjectVersion {
    const version: ObjectVersion = {
      ...draft,
      key,
      versionId: this.versioning === 'Enabled' ? randomBytes(24).toString('base64url') : NULL_VERSION,
      sequencer: this.sequence.next(),
      lastModified: new Date().toISOString(),
    };
    if (dataFile !== undefined) renameSync(dataFile, this.dataPath(version));
    writeJson(this.descriptionPath(version), version);
    this.put(version);
    return version;
  }

  /** Removes one version for good. */
  remove(version: ObjectVersion): void {
    rmSync(this.descriptionPath(version));
    rmSync(this.dataPath(version), { force: true });
    const left = this.versionsOf(version.key).filter((one) => one !== version);
    if (left.length > 0) {
      this.versions.set(version.key, left);
    } else {
      this.versions.delete(version.key);
      this.sorted = undefined;
    }
  }

  /** Changes what is kept beside a version's data. */
  update(version: ObjectVersion, change: Pick<VersionDraft, 'tags'>): void {
    const changed = { ...version, ...change };
    writeJson(this.descriptionPath(version), changed);
    this.versions.set(
      version.key,
      this.versionsOf(version.key).map((one) => (one === version ? changed : one)),
    );
  }

  /** Makes a version the newest of its key; an older one of the same id goes. */
  private put(version: ObjectVersion): void {
    const others = this.versionsOf(version.key);
    if (others.length === 0) this.sorted = undefined;
    this.versions.set(version.key, [version, ...others]);
    const replaced = others.find((one) => one.versionId === version.versionId);
    if (replaced) this.remove(replaced);
  }

  private descriptionPath(version: ObjectVersion): string {
    return join(this.dir, 'versions', `${version.sequencer}.json`);
  }
}

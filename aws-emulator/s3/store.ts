import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { Bucket } from './bucket';
import type { BucketRules } from './bucket-rules';
import { S3Error } from './errors';

/** S3 User Guide, "General purpose bucket naming rules", in short. */
const BUCKET_NAME = /^(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9](?:[a-z0-9-]|\.(?!\.)){1,61}[a-z0-9]$/;

/** All buckets: their bytes are in `DIR/buckets/NAME`, bodies that are still arriving in `DIR/tmp`. */
export class Store {
  private readonly buckets = new Map<string, Bucket>();
  private readonly tmp: string;

  constructor(private readonly dir: string) {
    this.tmp = path.join(dir, 'tmp');
    mkdirSync(this.tmp, { recursive: true });
  }

  /** Lends out a path in the same file system; what has not been moved away from there is removed afterwards. */
  async withTemporaryFile<T>(use: (file: string) => Promise<T>): Promise<T> {
    const file = path.join(this.tmp, randomUUID());
    try {
      return await use(file);
    } finally {
      await rm(file, { force: true });
    }
  }

  list(): readonly Bucket[] {
    return [...this.buckets.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  find(name: string): Bucket | undefined {
    return this.buckets.get(name);
  }

  /** @throws S3Error NoSuchBucket */
  get(name: string): Bucket {
    const bucket = this.buckets.get(name);
    if (!bucket) throw new S3Error('NoSuchBucket', 'The specified bucket does not exist', { BucketName: name });
    return bucket;
  }

  /** @throws S3Error InvalidBucketName */
  create(name: string, { versioned, ...rules }: { versioned: boolean } & BucketRules): void {
    if (!BUCKET_NAME.test(name)) {
      throw new S3Error('InvalidBucketName', 'The specified bucket is not valid', { BucketName: name });
    }
    this.buckets.set(name, new Bucket(name, path.join(this.dir, 'buckets', name), versioned, rules));
  }

  /** @throws S3Error BucketNotEmpty */
  remove(bucket: Bucket): void {
    if (!bucket.empty) throw new S3Error('BucketNotEmpty', 'The bucket you tried to delete is not empty');
    this.buckets.delete(bucket.name);
    rmSync(bucket.dir, { recursive: true });
  }
}

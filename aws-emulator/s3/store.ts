import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Bucket, type Versioning } from './bucket';
import { S3Error } from './errors';
import { Sequence } from './sequence';

/** S3 User Guide, "General purpose bucket naming rules", in short. */
const BUCKET_NAME = /^(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9](?:[a-z0-9-]|\.(?!\.)){1,61}[a-z0-9]$/;

/** All buckets below one directory: `DIR/buckets/NAME`, and `DIR/tmp` for bodies that are still arriving. */
export class Store {
  private readonly buckets = new Map<string, Bucket>();
  private readonly sequence = new Sequence();
  private readonly tmp: string;

  /** Opens the directory, creating it if need be, and forgets uploads that a crash cut short. */
  constructor(private readonly dir: string) {
    this.tmp = join(dir, 'tmp');
    rmSync(this.tmp, { recursive: true, force: true });
    mkdirSync(this.tmp, { recursive: true });
    const root = join(dir, 'buckets');
    mkdirSync(root, { recursive: true });
    for (const name of readdirSync(root)) {
      const path = join(root, name);
      if (existsSync(join(path, 'bucket.json'))) this.buckets.set(name, Bucket.load(name, path, this.sequence));
    }
  }

  /** A path in the same file system that no one else uses. */
  tmpPath(): string {
    return join(this.tmp, randomUUID());
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
  create(name: string, versioning: Versioning): Bucket {
    if (!BUCKET_NAME.test(name)) {
      throw new S3Error('InvalidBucketName', 'The specified bucket is not valid', { BucketName: name });
    }
    const bucket = Bucket.create(name, join(this.dir, 'buckets', name), this.sequence, versioning);
    this.buckets.set(name, bucket);
    return bucket;
  }

  /** @throws S3Error BucketNotEmpty */
  remove(bucket: Bucket): void {
    if (!bucket.empty) throw new S3Error('BucketNotEmpty', 'The bucket you tried to delete is not empty');
    this.buckets.delete(bucket.name);
    rmSync(bucket.dir, { recursive: true });
  }
}

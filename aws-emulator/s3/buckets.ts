import { S3Error } from './errors';
import type { S3Handler } from './handler';

/** Where creating a bucket anew succeeds, for historical reasons (S3 API Reference, CreateBucket). */
const FORGIVING_REGION = 'us-east-1';

/** The Region asked for is not looked at: there is one. */
export const createBucket: S3Handler<'CreateBucket'> = ({ Bucket }, { store, region }) => {
  if (!store.find(Bucket)) {
    store.create(Bucket, { versioned: false });
  } else if (region !== FORGIVING_REGION) {
    throw new S3Error(
      'BucketAlreadyOwnedByYou',
      'Your previous request to create the named bucket succeeded and you already own it.',
      { BucketName: Bucket },
    );
  }
  return { Location: `/${Bucket}` };
};

/** @throws S3Error NoSuchBucket; BucketNotEmpty, also when only old versions and delete markers are left */
export const deleteBucket: S3Handler<'DeleteBucket'> = ({ Bucket }, { store }) => {
  store.remove(store.get(Bucket));
  return {};
};

/** @throws S3Error NoSuchBucket */
export const headBucket: S3Handler<'HeadBucket'> = ({ Bucket }, { store, region }) => {
  store.get(Bucket);
  return { BucketRegion: region };
};

/** All buckets, in the order of their names, on one page. */
export const listBuckets: S3Handler<'ListBuckets'> = (_input, { store }) => ({
  Owner: { ID: 'local', DisplayName: 'local' },
  Buckets: store.list().map(({ name, created }) => ({ Name: name, CreationDate: created })),
});

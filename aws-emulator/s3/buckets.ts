import { bucketOf, type Call } from './call';
import { S3Error } from './errors';
import { receiveText } from './receive';
import { replyEmpty, replyXml } from './reply';
import { leaf, parseXml } from './xml';

const OWNER = { ID: 'local', DisplayName: 'local' };
/** The Region whose name S3 leaves out, for historical reasons (S3 API Reference, GetBucketLocation). */
const UNNAMED_REGION = 'us-east-1';

/** CreateBucket. The Region asked for is not looked at: there is one. */
export function createBucket(call: Call): void {
  const { store, bucketName } = call;
  if (!store.find(bucketName)) {
    store.create(bucketName, undefined);
  } else if (call.region !== UNNAMED_REGION) {
    throw new S3Error(
      'BucketAlreadyOwnedByYou',
      'Your previous request to create the named bucket succeeded and you already own it.',
      { BucketName: bucketName },
    );
  }
  replyEmpty(call, 200, { location: `/${bucketName}` });
}

/** DeleteBucket. */
export function deleteBucket(call: Call): void {
  call.store.remove(bucketOf(call));
  replyEmpty(call, 204);
}

/** HeadBucket. */
export function headBucket(call: Call): void {
  bucketOf(call);
  replyEmpty(call, 200, { 'x-amz-bucket-region': call.region });
}

/** ListBuckets. */
export function listBuckets(call: Call): void {
  const buckets = call.store.list().map((bucket) => ({ Name: bucket.name, CreationDate: bucket.created }));
  replyXml(call, 'ListAllMyBucketsResult', { Owner: OWNER, Buckets: { Bucket: buckets } });
}

/** GetBucketLocation. */
export function getBucketLocation(call: Call): void {
  bucketOf(call);
  replyXml(call, 'LocationConstraint', call.region === UNNAMED_REGION ? '' : call.region);
}

/** GetBucketVersioning: without a status for a bucket that never had versioning. */
export function getBucketVersioning(call: Call): void {
  replyXml(call, 'VersioningConfiguration', { Status: bucketOf(call).versioning });
}

/** PutBucketVersioning. */
export async function putBucketVersioning(call: Call): Promise<void> {
  const bucket = bucketOf(call);
  const status = leaf(parseXml(await receiveText(call), 'VersioningConfiguration'), 'Status');
  if (status !== 'Enabled' && status !== 'Suspended') {
    throw new S3Error('MalformedXML', 'The versioning status must be Enabled or Suspended');
  }
  bucket.versioning = status;
  replyEmpty(call, 200);
}

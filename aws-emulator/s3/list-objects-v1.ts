import type { S3Handler } from './handler';
import { listPage, nameEncoder, OWNER } from './list-objects';

/**
 * The older listing, which goes on after a key instead of a token: s3cmd, and rclone with other providers than AWS.
 * A client finds `NextMarker` only with a delimiter, else it takes the last key (S3 API Reference, ListObjects).
 *
 * @throws S3Error NoSuchBucket; InvalidArgument for an unknown encoding
 */
export const listObjects: S3Handler<'ListObjects'> = (input, { store }) => {
  const { Bucket, Marker = '', Delimiter, EncodingType } = input;
  const encode = nameEncoder(EncodingType);
  const { next, Contents, ...page } = listPage(store.get(Bucket), input, Marker);
  return {
    ...page,
    Marker: encode(Marker),
    NextMarker: next && Delimiter ? encode(next) : undefined,
    Contents: Contents.map((one) => ({ ...one, Owner: OWNER })),
  };
};

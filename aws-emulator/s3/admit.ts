import type { Call } from '../protocol/service';
import type { Bucket } from './bucket';
import { deniesUpload } from './denied-upload';
import { S3Error } from './errors';

/** The requests that begin an object, whose headers say what it is to be. */
const UPLOADS = new Set(['PutObject', 'CopyObject', 'CreateMultipartUpload']);
/** Those with bytes of an object in their bodies. */
const BODIES = new Set(['PutObject', 'UploadPart']);
/** What a bucket whose owner owns every object takes (S3 User Guide, "Controlling ownership of objects"). */
const ACLS = [undefined, 'private', 'bucket-owner-full-control'];

/**
 * Refuses what the bucket's owner has ruled out.
 *
 * @throws S3Error AccessDenied by Requester Pays, policy and Object Lock; AccessControlListNotSupported; InvalidRequest
 * for a body without a checksum in a bucket with a default retention (S3 API Reference, PutObject)
 */
export function admit(call: Call, bucket: Bucket): void {
  const { rules, name } = bucket;
  const { operation, input, request } = call;
  if (rules.requesterPays && isAboutObjects(call) && request.headers['x-amz-request-payer'] !== 'requester') denied();
  if (UPLOADS.has(operation)) {
    if (rules.policy && deniesUpload(rules.policy, `${name}/${input.Key}`, request.headers)) denied();
    if (!ACLS.includes(input.ACL as string | undefined)) {
      throw new S3Error('AccessControlListNotSupported', 'The bucket does not allow ACLs');
    }
  }
  if (!rules.retention) return;
  if (operation === 'DeleteObject' && input.VersionId !== undefined) {
    denied('Access Denied because object protected by object lock.');
  }
  if (BODIES.has(operation) && !hasChecksum(request.headers)) {
    throw new S3Error(
      'InvalidRequest',
      'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters',
    );
  }
}

function isAboutObjects({ operation, input }: Call): boolean {
  return input.Key !== undefined || /^(ListObject|ListMultipart|DeleteObjects)/.test(operation);
}

function hasChecksum(headers: Readonly<Record<string, string | undefined>>): boolean {
  return Object.keys(headers).some((name) => /^(content-md5|x-amz-trailer|x-amz-checksum-(crc|sha).*)$/.test(name));
}

function denied(message = 'Access Denied'): never {
  throw new S3Error('AccessDenied', message);
}

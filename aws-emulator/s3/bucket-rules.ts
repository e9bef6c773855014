import type { DefaultRetention, ServerSideEncryptionByDefault } from '@aws-sdk/client-s3';

/** How the owner of a bucket has set it up; a new one has none of it. */
export interface BucketRules {
  /** Of objects that say nothing of their encryption; absent: AES256. */
  encryption?: ServerSideEncryptionByDefault;
  /** The bucket policy, as JSON. What denies an upload by its headers is enforced, and nothing else. */
  policy?: string;
  /** Of Object Lock. */
  retention?: DefaultRetention;
  /** Requester Pays: every requester is somebody else than the owner. */
  requesterPays?: boolean;
}

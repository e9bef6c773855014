import { formEncodeKey } from './keys';
import { type ObjectVersion, versionIdOf } from './version';

export type EventName = 'ObjectCreated:Put' | 'ObjectCreated:Copy' | 'ObjectCreated:CompleteMultipartUpload';

/** Which keys are told about, as in a bucket's notification configuration. */
export interface NotificationFilter {
  readonly prefix: string;
  readonly suffix: string;
}

/** One record of an S3 event notification. Source: S3 User Guide, "Event message structure". */
export interface S3EventRecord {
  readonly eventVersion: '2.4';
  readonly eventSource: 'aws:s3';
  readonly awsRegion: string;
  /** ISO 8601. */
  readonly eventTime: string;
  readonly eventName: EventName;
  readonly userIdentity: { readonly principalId: string };
  readonly requestParameters: { readonly sourceIPAddress: string };
  readonly responseElements: { readonly 'x-amz-request-id': string; readonly 'x-amz-id-2': string };
  readonly s3: {
    readonly s3SchemaVersion: '1.0';
    readonly configurationId: string;
    readonly bucket: {
      readonly name: string;
      readonly ownerIdentity: { readonly principalId: string };
      readonly arn: string;
    };
    readonly object: {
      /** Form-URL-encoded: a space is a plus sign. */
      readonly key: string;
      readonly size: number;
      readonly eTag: string;
      /** Absent unless the bucket is versioned. */
      readonly versionId?: string;
      /** Hexadecimal; orders the events of one key. */
      readonly sequencer: string;
    };
  };
}

/** Whether a notification configuration with this filter reports the key. */
export function isReported(key: string, { prefix, suffix }: NotificationFilter): boolean {
  return key.startsWith(prefix) && key.endsWith(suffix);
}

/** The record of one write. */
export function eventRecord(
  eventName: EventName,
  at: { region: string; bucket: string; requestId: string; accessKeyId: string; sourceAddress: string },
  version: ObjectVersion,
): S3EventRecord {
  return {
    eventVersion: '2.4',
    eventSource: 'aws:s3',
    awsRegion: at.region,
    eventTime: version.lastModified.toISOString(),
    eventName,
    userIdentity: { principalId: `AWS:${at.accessKeyId}` },
    requestParameters: { sourceIPAddress: at.sourceAddress },
    responseElements: { 'x-amz-request-id': at.requestId, 'x-amz-id-2': at.requestId },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId: 'local',
      bucket: { name: at.bucket, ownerIdentity: { principalId: 'local' }, arn: `arn:aws:s3:::${at.bucket}` },
      object: {
        key: formEncodeKey(version.key),
        size: version.size,
        eTag: version.etag,
        versionId: versionIdOf(version),
        sequencer: version.sequencer,
      },
    },
  };
}

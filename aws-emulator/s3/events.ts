import type { S3EventRecord } from 'aws-lambda';
import { formEncodeKey } from './keys';
import { type ObjectVersion, versionIdOf } from './version';

export type { S3EventRecord } from 'aws-lambda';

export type EventName = 'ObjectCreated:Put' | 'ObjectCreated:Copy' | 'ObjectCreated:CompleteMultipartUpload';

/** Which keys are told about, as in a bucket's notification configuration. */
export interface NotificationFilter {
  prefix: string;
  suffix: string;
}

/** Whether a notification configuration with this filter reports the key. */
export function isReported(key: string, { prefix, suffix }: NotificationFilter): boolean {
  return key.startsWith(prefix) && key.endsWith(suffix);
}

/** The record of one write. Source: S3 User Guide, "Event message structure". */
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

import type { NotificationConfiguration } from '@aws-sdk/client-s3';
import * as z from 'zod/mini';

const properties = z.looseObject({ BucketName: z.string(), NotificationConfiguration: z.looseObject({}) });
const requestSchema = z.looseObject({
  RequestType: z.enum(['Create', 'Update', 'Delete']),
  StackId: z.string(),
  ResourceProperties: properties,
  OldResourceProperties: z.optional(properties),
});

/** What CloudFormation asks about the notifications of one bucket. */
export interface NotificationRequest {
  type: 'Create' | 'Update' | 'Delete';
  bucket: string;
  /** The bucket as the deploy before had it, when it was another. */
  bucketBefore?: string;
  stackId: string;
  /** Ours, without ids. */
  wanted: NotificationConfiguration;
  /** Ours as the deploy before had them. */
  before: NotificationConfiguration;
}

/** Reads a request for CDK's Custom::S3BucketNotifications. Throws an Error with one sentence for any other. */
export function parseRequest(event: unknown): NotificationRequest {
  const parsed = requestSchema.safeParse(event);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Error(`the request to lambda/notifications is not in order: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { RequestType, StackId, ResourceProperties, OldResourceProperties } = parsed.data;
  const [bucket, before] = [ResourceProperties.BucketName, OldResourceProperties?.BucketName];
  return {
    type: RequestType,
    bucket,
    bucketBefore: before === bucket ? undefined : before,
    stackId: StackId,
    wanted: ResourceProperties.NotificationConfiguration,
    before: OldResourceProperties?.NotificationConfiguration ?? {},
  };
}

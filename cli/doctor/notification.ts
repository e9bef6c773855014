import { GetBucketNotificationConfigurationCommand, type QueueConfiguration } from '@aws-sdk/client-s3';
import { INPUT_PREFIX, INPUT_SUFFIX } from '../../contract/keys';
import type { Context } from './context';
import { type Finding, ok, problem } from './finding';

/** Whether the bucket tells the job queue of every input that is uploaded. */
export async function notification(context: Context): Promise<Finding> {
  const { bucket, queueUrl } = await context.system();
  const s3 = await context.s3();
  const { QueueConfigurations = [] } = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket: bucket }));
  const queue = queueUrl.split('/').at(-1);
  const ours = QueueConfigurations.filter(({ QueueArn }) => QueueArn?.split(':').at(-1) === queue);
  if (ours.some(tellsAll)) return ok(`${bucket} tells the job queue of every ${INPUT_PREFIX}*${INPUT_SUFFIX}`);
  return problem(`${bucket} does not tell the job queue of uploads: no upload starts a job`, 'npx cdk deploy');
}

function tellsAll({ Events = [], Filter }: QueueConfiguration): boolean {
  const rules = Filter?.Key?.FilterRules ?? [];
  const value = (name: string) => rules.find(({ Name }) => Name?.toLowerCase() === name)?.Value ?? '';
  return (
    Events.some((event) => event === 's3:ObjectCreated:*') &&
    INPUT_PREFIX.startsWith(value('prefix')) &&
    INPUT_SUFFIX.endsWith(value('suffix'))
  );
}

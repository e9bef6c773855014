import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { System } from '../shared/system';
import type { Context } from './context';
import { type Finding, ok, problem } from './finding';

const COUNTS = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;

/** How many messages lie in the dead-letter queue. Throws the SDK's error. */
export async function countDeadLetters({ client, deadLetterQueueUrl }: System): Promise<number> {
  const { Attributes = {} } = await new SQSClient(client).send(
    new GetQueueAttributesCommand({ QueueUrl: deadLetterQueueUrl, AttributeNames: [...COUNTS] }),
  );
  return COUNTS.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
}

/** Whether messages were given up that the guard did not deal with. */
export async function deadLetters(context: Context): Promise<Finding> {
  const count = await countDeadLetters(await context.system());
  if (count === 0) return ok('nothing lies in the dead-letter queue');
  const found = `${count} ${count === 1 ? 'message lies' : 'messages lie'} in the dead-letter queue`;
  return problem(
    found,
    `the guard takes them within six minutes; if they stay: docs/operating.md, "Dead letters", then ${context.line('list', '--missing')}`,
  );
}

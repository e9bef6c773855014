import { CloudWatchLogsClient, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { Bake } from './bakes';
import type { BakeContext } from './context';

/** What a step says before it gives up may be long. */
const LINES = 200;

/**
 * The end of a bake's log in CloudWatch Logs: group of the pipeline, stream `VERSION/BUILD`. Throws the SDK's error.
 */
export async function logTail({ name, client }: BakeContext, { id, logGroup }: Bake): Promise<string[]> {
  const logs = new CloudWatchLogsClient(client);
  const request = { logGroupName: logGroup ?? `/aws/imagebuilder/${name}`, logStreamName: id, limit: LINES };
  try {
    const { events = [] } = await logs.send(new GetLogEventsCommand({ ...request, startFromHead: false }));
    return events.map(({ message = '' }) => message.trimEnd());
  } finally {
    logs.destroy();
  }
}

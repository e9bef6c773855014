import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { EVENT_SOURCE, JOB_ENDED, jobEnded } from '../../contract/job-ended';
import type { Status } from '../../contract/status';

/**
 * Tells EventBridge of a final status; of any other nothing. Who writes that status does not matter, so that each record
 * has its event. Throws the SDK's error, and an Error when EventBridge did not take the event.
 */
export async function putJobEnded(
  eventBridge: EventBridgeClient,
  stack: string,
  bucket: string,
  status: Status,
): Promise<void> {
  const detail = jobEnded(stack, bucket, status);
  if (!detail) return;
  const entry = { Source: EVENT_SOURCE, DetailType: JOB_ENDED, Detail: JSON.stringify(detail) };
  // An entry that fails is no error of the call ("Handling failures with PutEvents", EventBridge User Guide).
  const { Entries: [answer] = [] } = await eventBridge.send(new PutEventsCommand({ Entries: [entry] }));
  if (!answer?.EventId) {
    const why = [answer?.ErrorCode, answer?.ErrorMessage].filter(Boolean).join(': ') || 'no further words';
    throw new Error(`EventBridge did not take the event of the end of ${status.job_id} (${why})`);
  }
}

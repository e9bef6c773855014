import { randomUUID } from 'node:crypto';
import type { InstanceStateName } from '@aws-sdk/client-ec2';
import type { EventBridgeEvent } from 'aws-lambda';

/** What EventBridge delivers for a change of an instance's state (EC2 user guide, "Instance state change events"). */
export type InstanceStateChange = EventBridgeEvent<
  'EC2 Instance State-change Notification',
  { 'instance-id': string; state: InstanceStateName }
>;

/** The event of one change. Its time has whole seconds, as EventBridge has it. */
export function instanceStateChange(
  at: { region: string; accountId: string; time: Date },
  instanceId: string,
  state: InstanceStateName,
): InstanceStateChange {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'EC2 Instance State-change Notification',
    source: 'aws.ec2',
    account: at.accountId,
    time: at.time.toISOString().replace(/\.\d+Z$/, 'Z'),
    region: at.region,
    resources: [`arn:aws:ec2:${at.region}:${at.accountId}:instance/${instanceId}`],
    detail: { 'instance-id': instanceId, state },
  };
}

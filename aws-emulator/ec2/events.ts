import { randomUUID } from 'node:crypto';
import type { InstanceStateName } from '@aws-sdk/client-ec2';

/** What EventBridge delivers for a change of an instance's state (EC2 user guide, "Instance state change events"). */
export interface InstanceStateChange {
  version: '0';
  id: string;
  'detail-type': 'EC2 Instance State-change Notification';
  source: 'aws.ec2';
  account: string;
  /** ISO 8601, whole seconds. */
  time: string;
  region: string;
  resources: [string];
  detail: { 'instance-id': string; state: InstanceStateName };
}

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

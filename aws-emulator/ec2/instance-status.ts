import type { InstanceStatus, InstanceStatusSummary } from '@aws-sdk/client-ec2';
import { applyFilters } from './filters';
import { stateAnswer } from './instance-answer';
import { INSTANCE_FILTERS } from './instance-filters';
import { findInstances } from './instances';
import { page } from './pages';
import type { InstanceRecord } from './state';
import type { Ec2Handler } from './world';

const { 'availability-zone': zone, 'instance-state-code': code, 'instance-state-name': state } = INSTANCE_FILTERS;
const FILTERS = { 'availability-zone': zone, 'instance-state-code': code, 'instance-state-name': state };

/**
 * Running instances, or all with `IncludeAllInstances`. A machine that runs is taken to be well: nothing looks at it.
 * Source: EC2 API Reference, DescribeInstanceStatus.
 */
export const describeInstanceStatus: Ec2Handler<'DescribeInstanceStatus'> = (input, world) => {
  const all = [...world.state.instances.values()];
  const named = input.InstanceIds?.length ? findInstances(world, input.InstanceIds) : all;
  const shown = named.filter((one) => input.IncludeAllInstances || one.state === 'running');
  const matching = applyFilters(shown, input.Filters, FILTERS, ({ tags }) => tags);
  const { items, NextToken } = page(matching, ({ instanceId }) => instanceId, input, { min: 5, max: 1000 });
  return { InstanceStatuses: items.map(statusAnswer), NextToken };
};

function statusAnswer(instance: InstanceRecord): InstanceStatus {
  const running = instance.state === 'running';
  const Status = running ? 'ok' : 'not-applicable';
  const Details = running ? [{ Name: 'reachability', Status: 'passed' } as const] : undefined;
  const summary: InstanceStatusSummary = { Status, Details };
  return {
    InstanceId: instance.instanceId,
    AvailabilityZone: instance.availabilityZone,
    InstanceState: stateAnswer(instance.state),
    InstanceStatus: summary,
    SystemStatus: summary,
  };
}

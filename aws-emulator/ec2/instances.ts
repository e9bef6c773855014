import type {
  DescribeInstancesRequest,
  DescribeInstancesResult,
  GetConsoleOutputRequest,
  GetConsoleOutputResult,
  InstanceStateChange,
  TerminateInstancesRequest,
  TerminateInstancesResult,
} from '@aws-sdk/client-ec2';
import { Ec2Error, invalidCombination, missingParameter } from './errors';
import { applyFilters, type FilterFields } from './filters';
import { isId } from './ids';
import { reservationAnswer, stateAnswer } from './instance-answer';
import { page } from './pages';
import type { InstanceRecord } from './state';
import type { World } from './world';

/** EC2 keeps the last 64 KiB of what an instance wrote to its console. */
const CONSOLE_BYTES = 65_536;

export function describeInstances(input: DescribeInstancesRequest, world: World): DescribeInstancesResult {
  if (input.InstanceIds?.length && input.MaxResults !== undefined) {
    throw invalidCombination('The parameter instancesSet cannot be used with the parameter maxResults');
  }
  const named = input.InstanceIds?.length
    ? findInstances(world, input.InstanceIds)
    : [...world.state.instances.values()];
  const matching = applyFilters(named, input.Filters, FILTERS, (i) => i.tags);
  const { items, NextToken } = page(matching, (i) => i.id, input, { min: 5, max: 1000, default: 1000 });
  const reservations = new Map<string, InstanceRecord[]>();
  for (const item of items)
    reservations.set(item.reservationId, [...(reservations.get(item.reservationId) ?? []), item]);
  return {
    NextToken,
    Reservations: [...reservations.values()].map((instances) => reservationAnswer(world, instances)),
  };
}

/** Answers at once with `shutting-down`; the machine ends afterwards. Ending an ended instance is no error. */
export function terminateInstances(input: TerminateInstancesRequest, world: World): TerminateInstancesResult {
  const instances = findInstances(world, input.InstanceIds ?? []);
  const kept = instances.find((instance) => instance.parameters.DisableApiTermination);
  if (kept) {
    throw new Ec2Error(
      'OperationNotPermitted',
      `The instance '${kept.id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
    );
  }
  const changes: InstanceStateChange[] = instances.map((instance) => {
    const PreviousState = stateAnswer(instance.state);
    world.lifecycle.terminate(instance.id);
    return { InstanceId: instance.id, PreviousState, CurrentState: stateAnswer(instance.state) };
  });
  return { TerminatingInstances: changes };
}

export async function getConsoleOutput(input: GetConsoleOutputRequest, world: World): Promise<GetConsoleOutputResult> {
  const [instance] = findInstances(world, input.InstanceId ? [input.InstanceId] : []);
  if (!instance) throw missingParameter('InstanceId');
  const output = Buffer.from(await world.host.consoleOutput(instance.id));
  return {
    InstanceId: instance.id,
    Timestamp: world.now(),
    Output: output.subarray(-CONSOLE_BYTES).toString('base64'),
  };
}

/** @throws Ec2Error `InvalidInstanceID.Malformed`, or `InvalidInstanceID.NotFound` with all the missing ids */
export function findInstances(world: World, ids: string[]): InstanceRecord[] {
  const malformed = ids.find((id) => !isId('i', id));
  if (malformed !== undefined) throw new Ec2Error('InvalidInstanceID.Malformed', `Invalid id: "${malformed}"`);
  const missing = ids.filter((id) => !world.state.instances.get(id));
  if (missing.length === 1) {
    throw new Ec2Error('InvalidInstanceID.NotFound', `The instance ID '${missing[0]}' does not exist`);
  }
  if (missing.length > 1) {
    throw new Ec2Error('InvalidInstanceID.NotFound', `The instance IDs '${missing.join(', ')}' do not exist`);
  }
  return ids.map((id) => world.state.instances.get(id)).filter((found) => found !== undefined);
}

const FILTERS: FilterFields<InstanceRecord> = {
  'instance-id': (i) => i.id,
  'instance-state-name': (i) => i.state,
  'instance-type': (i) => i.instanceType,
  'image-id': (i) => i.imageId,
  'client-token': (i) => i.clientToken,
};

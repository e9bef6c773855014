import { Ec2Error, invalidCombination } from './errors';
import { applyFilters } from './filters';
import { isId } from './ids';
import { reservationAnswer, stateAnswer } from './instance-answer';
import { INSTANCE_FILTERS } from './instance-filters';
import { page } from './pages';
import type { InstanceRecord } from './state';
import type { Ec2Handler, World } from './world';

/** EC2 keeps the last 64 KiB of what an instance wrote to its console. */
const CONSOLE_BYTES = 65_536;

/**
 * @throws Ec2Error `InvalidParameterCombination` for ids together with a page size, which is 5 to 1000 (EC2 API
 * Reference, DescribeInstances), and the errors of {@link findInstances}
 */
export const describeInstances: Ec2Handler<'DescribeInstances'> = (input, world) => {
  if (input.InstanceIds?.length && input.MaxResults !== undefined) {
    throw invalidCombination('The parameter instancesSet cannot be used with the parameter maxResults');
  }
  const all = [...world.state.instances.values()];
  const named = input.InstanceIds?.length ? findInstances(world, input.InstanceIds) : all;
  const matching = applyFilters(named, input.Filters, INSTANCE_FILTERS, (i) => i.tags);
  const { items, NextToken } = page(matching, (i) => i.instanceId, input, { min: 5, max: 1000 });
  const reservations = new Map<string, InstanceRecord[]>();
  for (const one of items) reservations.set(one.reservationId, [...(reservations.get(one.reservationId) ?? []), one]);
  return { NextToken, Reservations: [...reservations.values()].map((of) => reservationAnswer(world, of)) };
};

/** Answers at once with `shutting-down`; the machine ends afterwards. Ending an ended instance is no error. */
export const terminateInstances: Ec2Handler<'TerminateInstances'> = ({ InstanceIds }, world) => {
  const instances = findInstances(world, InstanceIds);
  const kept = instances.find((instance) => instance.parameters.DisableApiTermination);
  if (kept) {
    throw new Ec2Error(
      'OperationNotPermitted',
      `The instance '${kept.instanceId}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
    );
  }
  const TerminatingInstances = instances.map((instance) => {
    const PreviousState = stateAnswer(instance.state);
    world.lifecycle.terminate(instance.instanceId);
    return { InstanceId: instance.instanceId, PreviousState, CurrentState: stateAnswer(instance.state) };
  });
  return { TerminatingInstances };
};

/**
 * Ends the machines for good, as what they hold is not kept here; StartInstances is not implemented.
 *
 * @throws Ec2Error `IncorrectInstanceState` for one that is ending, `UnsupportedOperation` for Spot,
 * `OperationNotPermitted` for stop protection
 */
export const stopInstances: Ec2Handler<'StopInstances'> = ({ InstanceIds }, world) => {
  const instances = findInstances(world, InstanceIds);
  for (const instance of instances) checkStop(instance);
  const StoppingInstances = instances.map((instance) => {
    const PreviousState = stateAnswer(instance.state);
    world.lifecycle.stop(instance.instanceId);
    return { InstanceId: instance.instanceId, PreviousState, CurrentState: stateAnswer(instance.state) };
  });
  return { StoppingInstances };
};

function checkStop({ instanceId, state, spot, parameters }: InstanceRecord): void {
  if (['pending', 'shutting-down', 'terminated'].includes(state)) {
    throw new Ec2Error(
      'IncorrectInstanceState',
      `This instance '${instanceId}' is not in a state from which it can be stopped.`,
    );
  }
  if (spot) {
    throw new Ec2Error(
      'UnsupportedOperation',
      `You can't stop the Spot Instance '${instanceId}' because it is associated with a one-time Spot Instance request.`,
    );
  }
  if (parameters.DisableApiStop) {
    throw new Ec2Error(
      'OperationNotPermitted',
      `The instance '${instanceId}' may not be stopped. Modify its 'disableApiStop' instance attribute and try again.`,
    );
  }
}

/** The end of what the machine has written so far, in base64. */
export const getConsoleOutput: Ec2Handler<'GetConsoleOutput'> = async ({ InstanceId }, world) => {
  findInstances(world, [InstanceId]);
  const output = Buffer.from(await world.host.consoleOutput(InstanceId));
  return { InstanceId, Timestamp: world.now(), Output: output.subarray(-CONSOLE_BYTES).toString('base64') };
};

/** @throws Ec2Error `InvalidInstanceID.Malformed`, or `InvalidInstanceID.NotFound` with all the missing ids */
export function findInstances(world: World, ids: string[]): InstanceRecord[] {
  const malformed = ids.find((id) => !isId('i', id));
  if (malformed !== undefined) throw new Ec2Error('InvalidInstanceID.Malformed', `Invalid id: "${malformed}"`);
  const found = ids.flatMap((id) => world.state.instances.get(id) ?? []);
  if (found.length === ids.length) return found;
  const missing = ids.filter((id) => !world.state.instances.has(id));
  const which = missing.length > 1 ? `IDs '${missing.join(', ')}' do` : `ID '${missing[0]}' does`;
  throw new Ec2Error('InvalidInstanceID.NotFound', `The instance ${which} not exist`);
}

import { EC2Client } from '@aws-sdk/client-ec2';
import { withSend } from '../lambda/with-send';
import { CallError, type Caller } from './caller';
import type { Ec2, RunInstances } from './ec2';
import type { Instance } from './instances';

interface Command {
  constructor: { name: string };
  input: Record<string, unknown>;
}

/** Answers that the launcher's client does not ask for again. */
const CAPACITY: ReadonlySet<string> = new Set(['InsufficientInstanceCapacity']);

/** EC2 as the SDK's client shows it, with so many tries of each request. */
export function ec2Client(caller: Caller, ec2: Ec2, tries = 4): EC2Client {
  return withSend(EC2Client, ({ constructor: { name }, input }: Command) => {
    const action = name.replace('Command', '');
    return caller.call('EC2', () => answer(ec2, action, input), { tries, exceptFor: CAPACITY });
  });
}

function answer(ec2: Ec2, action: string, input: Command['input']): object {
  switch (action) {
    case 'RunInstances':
      return { Instances: [describe(ec2, ec2.runInstances(input as unknown as RunInstances))] };
    case 'DescribeInstances':
      return { Reservations: [{ Instances: described(ec2, input).map((one) => describe(ec2, one)) }] };
    case 'TerminateInstances':
      for (const one of (input.InstanceIds as string[]).map((id) => ec2.find(id))) ec2.terminate(one);
      return {};
    case 'GetConsoleOutput':
      throw new CallError('InvalidInstanceID.NotFound', 'no console', 400);
    default:
      return ec2.template(action, input);
  }
}

function described(ec2: Ec2, { InstanceIds, Filters = [] }: Command['input']): Instance[] {
  if (InstanceIds) return (InstanceIds as string[]).map((id) => ec2.find(id));
  const tags: string[] = [];
  let states: string[] | undefined;
  for (const { Name, Values } of Filters as { Name: string; Values: string[] }[]) {
    if (Name.startsWith('tag:')) tags.push(`${Name.slice(4)}=${Values[0]}`);
    else if (Name === 'instance-state-name') states = Values;
    else throw new Error(`the simulation has no filter ${Name}`);
  }
  return ec2.instances.visible(tags, states);
}

function describe(ec2: Ec2, one: Instance): object {
  const tags = one.isNoLongerTagged ? [] : Object.entries(one.tags);
  return {
    InstanceId: one.id,
    State: { Name: ec2.instances.stateOf(one) },
    LaunchTime: new Date(one.launched),
    StateReason: one.reason,
    StateTransitionReason: one.transition,
    Tags: tags.map(([Key, Value]) => ({ Key, Value })),
    ImageId: one.imageId,
    InstanceType: one.type,
  };
}

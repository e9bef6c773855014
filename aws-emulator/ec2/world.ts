import type { Faults } from './faults';
import type { InstanceHost } from './host';
import type { Lifecycle } from './lifecycle';
import type { State } from './state';
import type { SubnetRecord } from './subnets';

/** What every action works on. */
export interface World {
  region: string;
  accountId: string;
  state: State;
  subnets: readonly SubnetRecord[];
  host: InstanceHost;
  lifecycle: Lifecycle;
  faults: Faults;
  now(): Date;
}

/** The principal that EC2 would name as the creator of what the caller creates. */
export function callerArn(world: World): string {
  return `arn:aws:iam::${world.accountId}:root`;
}

import type * as sdk from '@aws-sdk/client-ec2';
import type { Handler, OperationName } from '../protocol/operation';
import type { Ec2Faults } from './faults';
import type { InstanceHost } from './host';
import type { Lifecycle } from './lifecycle';
import type { Quota } from './quota';
import type { State } from './state';

export interface SubnetRecord {
  id: string;
  vpcId: string;
  availabilityZone: string;
  /** Always a /20 within 172.31.0.0/16, the range of a default VPC. */
  cidrBlock: string;
}

/** What every action works on. */
export interface World {
  region: string;
  accountId: string;
  state: State;
  subnets: readonly SubnetRecord[];
  host: InstanceHost;
  lifecycle: Lifecycle;
  faults: Ec2Faults;
  quota?: Quota;
  now(): Date;
}

export type Ec2Handler<Name extends OperationName<typeof sdk>> = Handler<typeof sdk, Name, World>;

import { Ec2Error } from './errors';
import type { State } from './state';

/** How many instances there may be at one time, and what a launch beyond that is told. */
export interface Quota {
  instances: number;
  message: string;
}

interface Limited {
  quota?: Quota;
  state: Pick<State, 'instances'>;
}

/** How many more instances there may be; undefined where nothing limits them. An instance counts until its end. */
export function roomIn({ quota, state }: Limited): number | undefined {
  if (!quota) return undefined;
  const there = [...state.instances.values()].filter((instance) => instance.state !== 'terminated').length;
  return Math.max(0, quota.instances - there);
}

/** @throws Ec2Error `VcpuLimitExceeded`, as EC2 answers when a quota is used up (EC2 API Reference, "Error codes") */
export function checkQuota(world: Limited, count: number): void {
  const room = roomIn(world);
  if (room !== undefined && count > room) throw new Ec2Error('VcpuLimitExceeded', world.quota?.message ?? '');
}

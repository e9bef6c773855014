import type { Status } from '../../contract/status';
import { nextInstanceType, smallerInstanceType } from './next-instance-type';
import { appSeconds, cpuShare, memoryForApp, percent } from './usage-facts';

/** A run as short as this says little of the next one. */
const LEAST_SECONDS = 60;
/** From these parts of the vCPUs and the memory on, more of them may help. */
const BUSY = 0.9;
const NEARLY_FULL = 0.95;
/** Up to this part of either, half of it leaves room still. */
const IDLE = 0.4;

/**
 * Whether another size of the instance may suit the job better, in a sentence; undefined when its numbers do not say so.
 * They are of one run: the sentence promises nothing.
 */
export function sizeHint(status: Status): string | undefined {
  const { state, reason, instance_type: type } = status;
  if (!type) return undefined;
  const larger = nextInstanceType(type);
  if (reason === 'OUT_OF_MEMORY') {
    return larger
      ? `${larger} is the next size, with twice the memory`
      : `a type with more memory than ${type} is needed`;
  }
  if ((state !== 'SUCCEEDED' && reason !== 'TIMED_OUT') || appSeconds(status) < LEAST_SECONDS) return undefined;
  const cpu = cpuShare(status);
  const memory = memoryShare(status);
  if (cpu !== undefined && cpu >= BUSY) {
    const such = larger ? `, such as ${larger},` : '';
    return `the vCPUs were busy (${percent(cpu)}): a type with more of them${such} may be done sooner, if the app can use them`;
  }
  if (state !== 'SUCCEEDED' || memory === undefined || cpu === undefined) return undefined;
  if (memory >= NEARLY_FULL) {
    const such = larger ? `; ${larger} has twice as much` : '';
    return `the memory was nearly full at its peak (${percent(memory)}, files that the kernel kept included), so a larger input may need more${such}`;
  }
  const smaller = smallerInstanceType(type);
  if (memory > IDLE || cpu > IDLE || !smaller) return undefined;
  return `${smaller}, which costs less, may do: of ${type} the app took ${percent(memory)} of the memory at its peak and ${percent(cpu)} of the vCPUs on average`;
}

function memoryShare({ usage }: Status): number | undefined {
  const all = memoryForApp(usage);
  const { peak_memory_bytes: peak } = usage ?? {};
  return peak == null || !all ? undefined : peak / all;
}

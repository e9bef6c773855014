import { setTimeout as pause } from 'node:timers/promises';
import type { BakeContext } from './context';
import { type Bake, getBake, isFinal } from './image';
import type { WaitOptions } from './outcome';

/** A bake is in a state since then. */
export interface StateChange {
  status: string;
  /** Of this process; milliseconds. */
  since: number;
}

/** Asks until the bake has come to an end. Rejects with an AbortError when the signal says so; the bake goes on then. */
export async function followBake(
  context: BakeContext,
  arn: string,
  { pollMs, signal, onState }: WaitOptions & { onState: (bake: Bake, previous?: StateChange) => void },
): Promise<Bake> {
  let last: StateChange | undefined;
  for (;;) {
    const bake = await getBake(context, arn);
    if (bake.status !== last?.status) {
      onState(bake, last);
      last = { status: bake.status, since: Date.now() };
    }
    if (isFinal(bake)) return bake;
    await pause(pollMs, undefined, { signal });
  }
}

import { setTimeout as pause } from 'node:timers/promises';
import { type Bake, getBake, isFinal } from './bakes';
import type { BakeContext } from './context';
import type { WaitOptions } from './template-version';

/** A bake is in a state since then. */
export interface StateChange {
  status: string;
  /** Of this process; milliseconds. */
  since: number;
}

/** So many requests in a row may fail before the bake counts as out of sight: five minutes of them, by default. */
const MAX_FAILURES = 20;

/**
 * Asks until the bake has come to an end, through an outage of some minutes. Rejects with an AbortError when the signal
 * says so, or with what the last question came to; the bake goes on then.
 */
export async function followBake(
  context: BakeContext,
  arn: string,
  { pollMs, signal, onState }: WaitOptions & { onState: (bake: Bake, previous?: StateChange) => void },
): Promise<Bake> {
  let last: StateChange | undefined;
  for (let failures = 0; ; await pause(pollMs, undefined, { signal })) {
    const bake = await getBake(context, arn).catch((error) => {
      if (isRefusal(error) || ++failures > MAX_FAILURES) throw error;
    });
    if (!bake) continue;
    failures = 0;
    if (bake.status !== last?.status) {
      onState(bake, last);
      last = { status: bake.status, since: Date.now() };
    }
    if (isFinal(bake)) return bake;
  }
}

/** Whether the service answered, and will answer the same again: 4xx, but for a limit of its rate. */
function isRefusal(error: { name?: string; $metadata?: { httpStatusCode?: number } }): boolean {
  const status = error.$metadata?.httpStatusCode ?? 0;
  return (
    status >= 400 && status < 500 && status !== 429 && !/Throttl|TooManyRequests|LimitExceeded/.test(error.name ?? '')
  );
}

import { loggedError } from '../shared/error-message';
import type { EventLogger } from '../shared/log-events';

/** Between two tries. A fresh role, for one, is refused for some seconds. */
const RETRY_PAUSE = 3_000;

export interface RetryLimits {
  /** In milliseconds since 1970. */
  deadline: number;
  /** As many as there is time for by default. */
  tries?: number;
}

/** Repeats `work` until it succeeds or the limits are reached; then answers the last error. Never rejects. */
export async function retryUntil(
  deps: { logger: Pick<EventLogger, 'warn'>; pause(milliseconds: number): Promise<unknown> },
  work: () => Promise<void>,
  { deadline, tries = Number.POSITIVE_INFINITY }: RetryLimits,
): Promise<Error | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Error>((resolve) => {
    timer = setTimeout(() => resolve(new Error('there was no answer in time')), Math.max(0, deadline - Date.now()));
  });
  try {
    for (let number = 1; ; number++) {
      const error = await Promise.race([late, work().then(() => undefined, toError)]);
      if (error === undefined) return undefined;
      deps.logger.warn('attempt.failed', { number, error: loggedError(error) });
      if (number >= tries || Date.now() + RETRY_PAUSE >= deadline) return error;
      await deps.pause(RETRY_PAUSE);
    }
  } finally {
    clearTimeout(timer);
  }
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}

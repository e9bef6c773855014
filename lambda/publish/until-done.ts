import type { Logger } from '@aws-lambda-powertools/logger';
import { errorMessage } from '../shared/error-message';

/** Between two tries. A fresh role, for one, is refused for some seconds. */
const RETRY_PAUSE = 3_000;

export interface Patience {
  /** In milliseconds since 1970. */
  deadline: number;
  /** As many as there is time for by default. */
  tries?: number;
}

/** Repeats `work` until it succeeds or patience is at its end; then answers what was the matter. Never rejects. */
export async function untilDone(
  deps: { logger: Pick<Logger, 'warn'>; pause(milliseconds: number): Promise<unknown> },
  work: () => Promise<void>,
  { deadline, tries = Number.POSITIVE_INFINITY }: Patience,
): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('there was no answer in time'), Math.max(0, deadline - Date.now()));
  });
  try {
    for (let number = 1; ; number++) {
      const problem = await Promise.race([late, work().then(() => undefined, errorMessage)]);
      if (problem === undefined) return undefined;
      deps.logger.warn('a try has failed', { number, problem });
      if (number >= tries || Date.now() + RETRY_PAUSE >= deadline) return problem;
      await deps.pause(RETRY_PAUSE);
    }
  } finally {
    clearTimeout(timer);
  }
}

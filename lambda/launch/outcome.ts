import type { Reason } from '../../contract/reasons';

/**
 * How fast to come back: `calls` in seconds (a rate limit), `turn` within minutes (`max_running`), `answer` within minutes
 * as well (one that did not come), `capacity` in minutes.
 */
export const PACES = ['calls', 'turn', 'answer', 'capacity'] as const;
export type Pace = (typeof PACES)[number];

/**
 * What one delivery of one job came to. `message` says what happened and what to do.
 *
 * `launched`: this delivery has an instance. `already`: an earlier one had it, or the job is over.
 * `mayRun`: whether an instance was started is not known.
 * `encodedAuthorizationMessage` is for the log alone: only who may call sts:DecodeAuthorizationMessage can read it.
 */
export type Outcome =
  | { kind: 'launched'; instanceId: string; message: string }
  | { kind: 'already'; message: string }
  | { kind: 'wait'; reason: Reason; pace: Pace; message: string; mayRun?: true }
  | { kind: 'fail'; reason: Reason; message: string; encodedAuthorizationMessage?: string };

import type { Reason } from '../../contract/reasons';

/** How fast to come back: `calls` in seconds (a rate limit), `capacity` in minutes. */
export type Pace = 'calls' | 'capacity';

/**
 * What one delivery of one job came to. `message` says what happened and what to do.
 *
 * `launched`: this delivery has an instance. `already`: an earlier one had it, or the job is over.
 * `encodedAuthorizationMessage` is for the log alone: only who may call sts:DecodeAuthorizationMessage can read it.
 */
export type Outcome =
  | { kind: 'launched'; instanceId: string; message: string }
  | { kind: 'already'; message: string }
  | { kind: 'wait'; reason: Reason; pace: Pace; message: string }
  | { kind: 'fail'; reason: Reason; message: string; encodedAuthorizationMessage?: string };

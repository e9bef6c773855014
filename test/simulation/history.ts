import type { Clock } from './clock';

/** An uploaded version, and everything that really happened to it. */
export interface Upload {
  jobId: string;
  key: string;
  versionId: string;
  sequencer: string;
  /** Milliseconds since 1970. */
  time: number;
  /** Instances that were started for it, in their order. */
  instances: InstanceFacts[];
  /** When a person ended an instance of it. */
  cancelled: number[];
  /** Codes with which EC2 refused a launch of it. */
  refusals: Set<string>;
  /** Every status that was written about it. */
  records: Written[];
}

/** A status that somebody wrote. */
export interface Written {
  /** Milliseconds since 1970. */
  time: number;
  writer: string;
  state: string;
  reason: string | null;
  attempt: number;
  instanceId: string | null;
}

const FINAL = ['SUCCEEDED', 'FAILED'];

/** Whether a job is over by this state. */
export const isFinal = ({ state }: Pick<Written, 'state'>) => FINAL.includes(state);

/** What an instance really did. */
export interface InstanceFacts {
  id: string;
  attempt: number;
  launched: number;
  ended?: number;
  /** Milliseconds from its launch to when it must be gone. */
  deadline: number;
  claimed?: number;
  /** When its app began; more than once would be a run too many. */
  appBegan: number[];
  appSucceeded?: boolean;
  /** Why its app came to nothing. */
  appFailed?: string;
  /** ETag of the output that it wrote. */
  output?: string;
  /** What went wrong with it: an interruption, a runner that was killed. */
  mishaps: string[];
}

type Line = [time: number, what: string, ...facts: unknown[]];

/** What really happened in a world, for the invariants; and the trace of it for a person. */
export class History {
  readonly uploads: Upload[] = [];
  readonly notices: string[] = [];
  /** The jobs whose end EventBridge was told of, with the state. */
  readonly ends: { jobId: string; state: string; attempt: number; version: string | null }[] = [];
  readonly lines: Line[] = [];
  /** When people stopped a job, by its id. */
  readonly stops = new Map<string, number[]>();
  /** Events of functions that Lambda has given up on. */
  readonly givenUp: string[] = [];
  /** The last error of a function. */
  lastFailure?: { time: number; text: string };
  /** When people took a job's status away or wrote over it, by its id. */
  readonly spoiled = new Map<string, number[]>();
  /** The jobs of runs of a schedule that had no input. */
  readonly missed: string[] = [];
  /** Client tokens that came with more than one launch. */
  readonly mixedTokens: string[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly isTraced: boolean,
  ) {}

  note(what: string, ...facts: unknown[]): void {
    if (this.isTraced) this.lines.push([this.clock.now, what, ...facts]);
    if (what === 'gave up') this.givenUp.push(String(facts[0]));
    if (what === 'failed') this.lastFailure = { time: this.clock.now, text: facts.map(String).join(': ') };
  }

  /** The upload that a sequencer belongs to. */
  upload(sequencer: string): Upload | undefined {
    return this.bySequencer.get(sequencer);
  }

  add(upload: Upload): void {
    this.uploads.push(upload);
    this.bySequencer.set(upload.sequencer, upload);
  }

  /** RunInstances was called: `launch` is all of the request. */
  asked(token: string, launch: string): void {
    const before = this.tokens.get(token);
    if (before === undefined) this.tokens.set(token, launch);
    else if (before !== launch) this.mixedTokens.push(`${token} is of ${before} and of ${launch}`);
  }

  private readonly tokens = new Map<string, string>();
  private readonly bySequencer = new Map<string, Upload>();
}

import type { Reason } from '../../contract/reasons';
import type { Rule } from './proxy';
import type { Scene } from './scene';

/** What a job may leave in the bucket. */
export const FILES = ['status', 'log', 'app log', 'output'] as const;
export type File = (typeof FILES)[number];

/** An app's repository, made on the image: these files beside the main.py of the matrix, or in its place. */
export interface Repository {
  files?: Record<string, string>;
  /** Bash that runs in the work tree before everything in it is committed, unless it has made a commit itself. */
  script?: string;
}

/** What must hold when everything is over, beside what must always hold (judge.ts). */
export interface Promised {
  /**
   * How the record ends: SUCCEEDED or the reason of a failure, one of them when there are several; `none`: no record,
   * and `RUNNING`: that of the claim, both when S3 cannot be reached and lambda/guard writes it.
   */
  record: Ending | Ending[];
  /** In the record's message. */
  message?: RegExp;
  /** What is in the bucket, and nothing else. */
  files: File[];
  /** What may be there as well. */
  orFiles?: File[];
  /** The most seconds from power-on to power-off: ec2_timeout and the grace when absent. */
  within?: number;
  /** How often the app began, on all machines of the row. */
  runs: number | number[];
  /** Whatever else; a hole in one sentence. */
  also?: (scene: Scene) => Promise<string | undefined> | string | undefined;
}

export type Ending = 'SUCCEEDED' | Reason | 'none' | 'RUNNING';

/** One fault, and what is promised all the same. */
export interface Row {
  /** Unique; what a person chooses it by. */
  name: string;
  /** Python that the app runs (app/main.py has its helpers); an output is written when absent. */
  wish?: string;
  /** The matrix's own when absent. */
  repository?: Repository;
  /** Instance tags, over the defaults of the matrix. */
  settings?: Record<string, string>;
  /** Faults between the instance and S3. */
  s3?: Rule[];
  /** Faults between the instance and its metadata service. */
  metadata?: Rule[];
  /** Faults between the instance and the git server. */
  git?: Rule[];
  /** Something that is done before the first machine boots. */
  before?: (scene: Scene) => Promise<void>;
  machine?: MachineOptions;
  /** Whether somebody puts something else in the place of the status object. */
  spoilsStatus?: true;
  /** About how many seconds it takes, when that is long: long ones begin first. */
  lasts?: number;
  /** Done while the first machine runs; it is booted already. */
  meanwhile?: (scene: Scene) => Promise<void>;
  promised: Promised;
}

export interface MachineOptions {
  addressSpaceMib?: number;
  broken?: string[];
  environment?: Record<string, string>;
  /** Whether what is on the disk outlives a restart. */
  keepsDisk?: true;
  /** So many seconds is the clock of AWS ahead of the machine's. */
  awsAhead?: number;
}

import type { Root } from '../root';

/** What an action has to work with. */
export interface ActionContext {
  root: Root;
  /** Milliseconds that this attempt may take. */
  limitMs: number;
  /** Gives the file behind an S3 URL, as a path on this machine. */
  fetchS3: (url: string) => Promise<string>;
  onLine: (line: string) => void;
  signal?: AbortSignal;
}

/** How an attempt ended. An action that fails throws. */
export interface ActionResult {
  stdout?: string;
  /** The step is to run again after a restart. */
  restart?: boolean;
}

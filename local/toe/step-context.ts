import type { Root } from './root';

/** What a step has to work with. */
export interface StepContext {
  root: Root;
  /** Gives the file behind an S3 URL, as a path on this machine. */
  fetchS3: (url: string) => Promise<string>;
  onLine: (line: string) => void;
  signal?: AbortSignal;
}

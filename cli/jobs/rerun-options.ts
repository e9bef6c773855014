import type { WaitOptions } from './wait-for-job';

/** What `rerun` takes. */
export interface RerunOptions extends WaitOptions {
  same?: boolean;
  exact?: boolean;
  /** `key=value` each. */
  set: string[];
  /** The id of the new job; absent: that of the earlier one. */
  as?: string;
  replace?: boolean;
  missing?: boolean;
}

import { statusSchema } from '../../contract/status';

/** `show --json`: the status object as it lies in the bucket. */
export const schema = statusSchema;

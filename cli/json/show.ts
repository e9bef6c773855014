import * as z from 'zod/mini';
import { statusSchema } from '../../contract/status';

export const schema = statusSchema.check(
  z.describe(
    '`show --json`, and the end of `submit --json` and `rerun --json` with --wait or -f: the status object of the bucket.',
  ),
);

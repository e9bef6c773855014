import * as z from 'zod/mini';
import { statusSchema } from '../../contract/status';

export const schema = statusSchema.check(
  z.describe(
    '`show --json`, and `submit`, `rerun` and `logs` while they stay: the status object as it lies in the bucket.',
  ),
);

import * as z from 'zod/mini';
import { moveSchema } from './settings-use';

export const schema = z
  .extend(moveSchema, {})
  .check(
    z.describe(
      '`settings set --json`, which `override --json` is too. Where nothing would change, the default stays and nothing is written.',
    ),
  );

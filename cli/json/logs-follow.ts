import * as z from 'zod/mini';

export const schema = z
  .object({ line: z.string() })
  .check(
    z.describe(
      '`logs --json` with --follow: each line of the log as an object on a line of its own, then the status of `show`.',
    ),
  );

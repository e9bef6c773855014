import * as z from 'zod/mini';

/** `logs --json`: each line of the log as an object on a line of its own. */
export const schema = z.object({ line: z.string() });

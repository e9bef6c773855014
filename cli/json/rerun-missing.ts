import * as z from 'zod/mini';
import { schema as startedSchema } from './submit';

/** `rerun --missing --json`. */
export const schema = z.object({ started: z.array(startedSchema) });

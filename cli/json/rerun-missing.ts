import * as z from 'zod/mini';
import { schema as startedSchema } from './submit';

export const schema = z.object({ started: z.array(startedSchema) }).check(z.describe('`rerun --missing --json`.'));

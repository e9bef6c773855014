import * as z from 'zod/mini';
import { bakeSchema } from './bake';

/** `bake list --json`: newest first. */
export const schema = z.array(bakeSchema);
export type BakeList = z.infer<typeof schema>;

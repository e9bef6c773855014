import * as z from 'zod/mini';
import { bakeSchema } from './bake';

export const schema = z.array(bakeSchema).check(z.describe('`bake list --json`: newest first.'));
export type BakeList = z.infer<typeof schema>;

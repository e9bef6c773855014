import * as z from 'zod/mini';
import { readEnv } from '../shared/read-env';

const schema = z.object({
  TEMPLATE_ID: z.string().check(z.regex(/^lt-[0-9a-f]{8,17}$/, 'must be the id of a launch template')),
  STACK_NAME: z.string().check(z.minLength(1, 'must name the stack')),
  BUCKET: z.string().check(z.minLength(3, 'must name the bucket')),
  QUIET_DAYS: z.pipe(z.string().check(z.regex(/^[0-9]{1,3}$/, 'must be a number of days')), z.transform(Number)),
});

/** The function's environment, see {@link parseEnv}. */
export interface MetricsEnv {
  templateId: string;
  stackName: string;
  bucket: string;
  quietDays: number;
}

/** Reads the environment once, when the function starts. Throws one Error that names every wrong variable. */
export function parseEnv(environment: Record<string, string | undefined>): MetricsEnv {
  const { TEMPLATE_ID, STACK_NAME, BUCKET, QUIET_DAYS } = readEnv(schema, environment);
  return { templateId: TEMPLATE_ID, stackName: STACK_NAME, bucket: BUCKET, quietDays: QUIET_DAYS };
}

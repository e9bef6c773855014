import * as z from 'zod/mini';

const path = z.nullable(z.string());

export const schema = z
  .object({
    job_id: z.string(),
    files: z.object({ output: path, ec2_log: path, app_log: path, status: path }),
  })
  .check(z.describe('`download --json`: the files on this machine; null for one that the job has not left.'));

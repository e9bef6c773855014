import { paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { INPUT_PREFIX, jobIdOfStatusKey, OUTPUT_PREFIX, parseInputKey } from '../../contract/keys';
import type { JobStore } from './job-list';

/** An input whose job has left no record. */
export interface MissingInput {
  jobId: string;
  inputKey: string;
  uploaded: Date;
}

/**
 * The inputs that have no record, the oldest first: what was uploaded while nothing listened, or a moment ago. Reads
 * the names of all inputs and outputs, 1,000 with each request.
 */
export async function missingInputs({ s3, bucket }: JobStore): Promise<MissingInput[]> {
  const [inputs, recorded] = await Promise.all([allInputs({ s3, bucket }), recordedJobs({ s3, bucket })]);
  const missing = inputs.filter(({ jobId }) => !recorded.has(jobId));
  return missing.sort((a, b) => a.uploaded.getTime() - b.uploaded.getTime());
}

async function allInputs({ s3, bucket }: JobStore): Promise<MissingInput[]> {
  const inputs: MissingInput[] = [];
  const pages = paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: INPUT_PREFIX });
  for await (const { Contents = [] } of pages) {
    for (const { Key = '', LastModified = new Date(0) } of Contents) {
      const parsed = parseInputKey(Key);
      if (parsed.ok) inputs.push({ jobId: parsed.job.jobId, inputKey: Key, uploaded: LastModified });
    }
  }
  return inputs;
}

async function recordedJobs({ s3, bucket }: JobStore): Promise<Set<string>> {
  const recorded = new Set<string>();
  const pages = paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: OUTPUT_PREFIX });
  for await (const { Contents = [] } of pages) {
    for (const { Key = '' } of Contents) {
      const jobId = jobIdOfStatusKey(Key);
      if (jobId !== undefined) recorded.add(jobId);
    }
  }
  return recorded;
}

import { paginateListObjectsV2 } from '@aws-sdk/client-s3';
import {
  INPUT_PREFIX,
  INPUT_SUFFIX,
  jobIdOfStatusKey,
  type KeyRefusal,
  OUTPUT_PREFIX,
  parseInputKey,
} from '../../contract/keys';
import { keysBelow } from './index-keys';
import type { JobStore } from './job-list';

/** An input whose job has left no record. */
export interface MissingInput {
  jobId: string;
  inputKey: string;
  uploaded: Date;
}

/** An upload below the prefix of inputs that starts no job, so that none of its name will have a record. */
export interface IgnoredUpload {
  inputKey: string;
  uploaded: Date;
  /** Why, and what to do. */
  message: string;
}

export interface MissingInputs {
  missing: MissingInput[];
  ignored: IgnoredUpload[];
}

/**
 * The inputs that have no record, the oldest first: what was uploaded while nothing listened, or a moment ago. Reads
 * the names of all inputs and outputs, 1,000 with each request.
 */
export async function missingInputs(store: JobStore): Promise<MissingInputs> {
  const [inputs, recorded] = await Promise.all([allInputs(store), recordedJobs(store)]);
  const missing = inputs.missing.filter(({ jobId }) => !recorded.has(jobId));
  return { missing: missing.sort(oldestFirst), ignored: inputs.ignored.sort(oldestFirst) };
}

const oldestFirst = (a: { uploaded: Date }, b: { uploaded: Date }) => a.uploaded.getTime() - b.uploaded.getTime();

async function allInputs({ s3, bucket }: JobStore): Promise<MissingInputs> {
  const inputs: MissingInputs = { missing: [], ignored: [] };
  const pages = paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: INPUT_PREFIX });
  for await (const { Contents = [] } of pages) {
    for (const { Key: inputKey = '', LastModified: uploaded = new Date(0) } of Contents) {
      const parsed = parseInputKey(inputKey);
      if (parsed.ok) inputs.missing.push({ jobId: parsed.job.jobId, inputKey, uploaded });
      // A key that ends with a slash is what S3's console makes of a folder; one that has an id gets a record.
      else if (!inputKey.endsWith('/') && parsed.refusal.jobId === undefined)
        inputs.ignored.push({ inputKey, uploaded, message: whyIgnored(parsed.refusal) });
    }
  }
  return inputs;
}

function whyIgnored({ kind, message }: KeyRefusal): string {
  return kind === 'refused' ? message : `${message}: upload it as NAME${INPUT_SUFFIX}, in small letters`;
}

async function recordedJobs(store: JobStore): Promise<Set<string>> {
  const recorded = new Set<string>();
  for await (const key of keysBelow(store, OUTPUT_PREFIX)) {
    const jobId = jobIdOfStatusKey(key);
    if (jobId !== undefined) recorded.add(jobId);
  }
  return recorded;
}

import type { S3Client } from '@aws-sdk/client-s3';
import type { Globals } from '../shared/globals';
import { jobBucketS3 } from '../shared/job-bucket-s3';
import { findSystem, type System } from '../shared/system';

/** A system with the client of the bucket that has its jobs. */
export interface JobSystem extends System {
  s3: S3Client;
}

/** The system that the command line names. Throws a UserError when there is none. */
export async function findJobSystem(options: Globals): Promise<JobSystem> {
  return withS3(await findSystem(options));
}

/** A system with the client of its bucket. */
function withS3(system: System): JobSystem {
  return { ...system, s3: jobBucketS3(system, { followRegionRedirects: true }) };
}

import { createHash } from 'node:crypto';
import type { JobRun } from './job-line';

/**
 * The value of the `lambda-ec2:job-token` tag: one for each try at one uploaded version, whatever candidate (subnet and
 * instance type) it was launched with. A redelivered message looks for it before it launches anything.
 */
export function jobToken(job: JobRun): string {
  return sha256(identity(job));
}

/**
 * The ClientToken of one RunInstances call: 64 hexadecimal characters, EC2's maximum.
 *
 * The candidate belongs to it because one token with other parameters is an `IdempotentParameterMismatch`; it is the
 * candidate's position (from 0) in subnets x instance types.
 */
export function clientToken(job: JobRun, candidate: number): string {
  return sha256([...identity(job), candidate]);
}

function identity(job: JobRun): (string | number)[] {
  return [job.bucket, job.key, job.versionId || job.sequencer, job.attempt];
}

function sha256(parts: (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

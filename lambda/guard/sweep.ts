import { TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { errorMessage, loggedError } from '../shared/error-message';
import { concludeJob, type GuardDependencies, hasFinalRecord } from './conclude-job';
import { deadlines } from './deadline';
import { findJobInstances, type JobInstance } from './job-instance';
import { writeTombstone } from './tombstone';

/** Instances handled at one time: EC2 and S3 allow far more calls a second. */
const AT_ONCE = 8;

/**
 * Handles every instance of ours: ends those that must be gone, and concludes the jobs of those that are, should an
 * event have been lost. `concluded` remembers, between the sweeps of one environment, which need no second look.
 *
 * Each instance is handled by itself. Throws at the end when any failed, so that the function's alarm tells of it.
 */
export async function sweep(deps: GuardDependencies, concluded: Set<string>): Promise<void> {
  const instances = await findJobInstances(deps.ec2, deps.env);
  const visible = new Set(instances.map(({ id }) => id));
  for (const id of concluded) if (!visible.has(id)) concluded.delete(id);
  const due = instances
    .filter(({ id }) => !concluded.has(id))
    // Running ones first: what they cost grows.
    .sort((a, b) => Number(a.state === 'terminated') - Number(b.state === 'terminated'));
  const failed: string[] = [];
  for (let start = 0; start < due.length; start += AT_ONCE) {
    await Promise.all(
      due.slice(start, start + AT_ONCE).map(async (instance) => {
        try {
          if (await handleInstance(deps, instance)) concluded.add(instance.id);
        } catch (error) {
          failed.push(`${instance.id}: ${errorMessage(error)}`);
          deps.logger.error('instance.handling_failed', { instanceId: instance.id, error: loggedError(error) });
        }
      }),
    );
  }
  if (failed.length > 0) throw new Error(`${failed.length} of ${due.length} instances failed: ${failed.join('; ')}`);
}

/** What one instance needs in the state it is in. True when it is gone and needs no further look. */
export async function handleInstance(deps: GuardDependencies, instance: JobInstance): Promise<boolean> {
  switch (instance.state) {
    case 'terminated':
      try {
        return await concludeJob(deps, instance);
      } catch (error) {
        // EC2 may have taken the tags off when S3 answers again.
        await keepTombstone(deps, instance).catch(() => undefined);
        throw error;
      }
    case 'stopped':
      // An instance of ours has nothing to come back to. Its end is judged first, because EC2 forgets why it stopped.
      try {
        await concludeJob(deps, instance);
      } finally {
        await terminate(deps, instance, 'it is stopped');
      }
      return false;
    case 'shutting-down':
      // The runner may still be writing its record, so nothing is judged yet; but the tags are certain to be there.
      if (!(await hasFinalRecord(deps, instance).catch(() => false))) await keepTombstone(deps, instance);
      return false;
    case 'pending':
    case 'running':
      if (deps.now() >= deadlines(instance).end) await terminate(deps, instance, 'it is past its deadline');
  }
  return false;
}

function keepTombstone(deps: GuardDependencies, instance: JobInstance): Promise<void> {
  return writeTombstone({ s3: deps.s3, bucket: deps.env.bucket }, instance);
}

async function terminate(deps: GuardDependencies, { id, job, launchTime }: JobInstance, why: string): Promise<void> {
  await deps.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
  deps.logger.warn('instance.terminated', { instanceId: id, why, launchTime, key: job?.key });
}

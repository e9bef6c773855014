import { type IndexedJob, indexedJobOf, indexKey } from '../../../contract/job-index';
import { outputKeys } from '../../../contract/keys';
import { formatStatus, isFinal, type Status } from '../../../contract/status';
import { writeMachineFile } from '../../../local/machine-file';
import { BUCKET, KEY, REGION, type World } from '../../lambda/launch/fixture';

/** The newest job was submitted then, and each one before it an hour earlier. */
const NEWEST = Date.parse('2026-11-26T06:00:00Z');
const HOUR = 3600 * 1000;
const VERSION_JOBS = 300;
const AT_ONCE = 20;

/** What an app, or whoever has access to the bucket, could write to steer a page. */
export const EVIL = `"><script>document.title='taken'</script><img src=x onerror="document.title='taken'">'\u001b[31m`;

/** One of a long history of jobs: 0 is the newest. Some fail, and versions take turns. */
export function pastJob(at: number): IndexedJob {
  const submitted = NEWEST - at * HOUR;
  const hasFailed = at % 10 === 3;
  return {
    job_id: `2026/sales-${at}`,
    state: hasFailed ? 'FAILED' : 'SUCCEEDED',
    reason: hasFailed ? 'APP_FAILED' : null,
    attempt: 1,
    submitted: new Date(submitted).toISOString(),
    started: new Date(submitted + 20_000).toISOString(),
    ended: new Date(submitted + 80_000 + (at % 7) * 10_000).toISOString(),
    cost_estimate_usd: 0.0123,
    git_commit: '0123456789abcdef0123456789abcdef01234567',
    template_version: String(40 - Math.floor(at / VERSION_JOBS)),
  };
}

/** The whole status of a job, with phases. */
export function statusOfJob(job: IndexedJob, more: Partial<Status> = {}): Status {
  const phase = (name: string, after: number, seconds: number | null) => ({
    name,
    start: new Date(Date.parse(job.submitted) + after * 1000).toISOString(),
    seconds,
  });
  const phases = [phase('boot', 5, 15), phase('input', 20, 3), phase('app', 23, isFinal(job.state) ? 55 : null)];
  const message = job.state === 'FAILED' ? 'main.py ended with exit code 1' : 'all is well';
  return { ...job, message, exit_code: null, phases: job.started ? phases : [], ...more };
}

/** Puts entries of the index, so many at once. */
export async function putIndex(world: World, jobs: readonly IndexedJob[]): Promise<void> {
  for (let at = 0; at < jobs.length; at += AT_ONCE) {
    await Promise.all(jobs.slice(at, at + AT_ONCE).map((job) => world.put(indexKey(job), '')));
  }
}

/** Puts a job as it is in a bucket: its entry in the index, its status, and its log. */
export async function putJob(world: World, status: Status, log?: string): Promise<void> {
  const keys = outputKeys(status.job_id);
  await world.put(indexKey(indexedJobOf(status)), '');
  if (log !== undefined) await world.put(keys.ec2Log, log);
  await world.put(keys.status, formatStatus(status));
}

/** Lets commands with `--local` find a world. Returns what ends that. */
export function announceWorld({ endpoint, templateId }: World, file: string): () => void {
  const nowhere = { queueUrl: '', deadLetterQueueUrl: '', pipelineArn: '', topicArn: '' };
  return writeMachineFile(
    { endpoint: endpoint.url, region: REGION, ...KEY, bucket: BUCKET, templateId, stackName: 'lambda-ec2', ...nowhere },
    file,
  );
}

import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { ImagebuilderClient } from '@aws-sdk/client-imagebuilder';
import { ALARMS, alarmName } from '../../contract/alarms';
import { errorMessage } from '../../lambda/shared/error-message';
import { readStatus } from '../../lambda/shared/record';
import { listBakes } from '../bake/bakes';
import type { Context } from '../doctor/context';
import { countDeadLetters } from '../doctor/dead-letters';
import { ageInDays } from '../doctor/launchable';
import { listJobs } from '../jobs/job-list';
import { listedJob } from '../jobs/listed-job';
import type { SystemStatus } from '../json/status';
import { nextRun } from '../schedules/describe-schedule';

/** So many jobs that have ended, and so many waiting ones with why. */
const MOST_LAST = 5;
const MOST_WAITING = 5;

/** One look at everything. Throws what S3 answers instead of the jobs; what else cannot be asked is null. */
export async function readSystem(context: Context): Promise<SystemStatus> {
  const system = await context.system();
  const unknown: string[] = [];
  const known = async <T>(what: string, look: () => Promise<T>): Promise<T | null> => {
    try {
      return await look();
    } catch (error) {
      unknown.push(`${what}: ${errorMessage(error)}`);
      return null;
    }
  };
  const onAws = <T>(what: string, look: () => Promise<T>) => (system.isLocal ? null : known(what, look));
  const [stack_status, default_version, newest_bake, jobs, alarms, dead_letters] = await Promise.all([
    onAws('stack', async () => (await context.stack()).StackStatus ?? ''),
    known('default version', () => defaultVersion(context)),
    known('bakes', () => newestBake(context)),
    readJobs(context),
    onAws('alarms', () => ringing(context)),
    known('dead letters', () => countDeadLetters(system)),
  ]);
  const schedules = system.schedules.map((schedule) => ({ name: schedule.name, next: nextRun(schedule) }));
  return {
    system: system.name,
    stack_status,
    default_version,
    newest_bake,
    jobs,
    schedules,
    alarms,
    dead_letters,
    unknown: unknown.sort(),
  };
}

async function defaultVersion(context: Context): Promise<SystemStatus['default_version']> {
  const { number, description, writer, data, image } = await context.defaultVersion();
  const image_id = data.ImageId ?? null;
  return { number, description, created_by: writer, image_id, image_age_days: ageInDays(image) ?? null };
}

async function newestBake(context: Context): Promise<SystemStatus['newest_bake']> {
  const { name, options, pipelineArn, templateId, client } = await context.system();
  const imagebuilder = new ImagebuilderClient(client);
  const bakes = await listBakes({
    name,
    options,
    pipelineArn,
    templateId,
    client,
    imagebuilder,
    ec2: await context.ec2(),
  });
  const [newest] = bakes;
  return newest ? { id: newest.id, status: newest.status, created: newest.created } : null;
}

async function readJobs(context: Context): Promise<SystemStatus['jobs']> {
  const { bucket } = await context.system();
  const s3 = await context.s3();
  const { open, ended } = await listJobs({ s3, bucket }, { limit: MOST_LAST });
  const waiting = open.filter(({ state }) => state === 'WAITING').slice(0, MOST_WAITING);
  const messages = await Promise.all(
    waiting.map(async ({ job_id }) => {
      const stored = await readStatus(s3, bucket, job_id);
      return stored.kind === 'status' ? stored.status.message : undefined;
    }),
  );
  return {
    under_way: open.length,
    waiting: waiting.map(({ job_id, reason }, at) => ({ job_id, reason, message: messages[at] ?? null })),
    last: ended.map((job) => listedJob(job, Date.now())),
  };
}

async function ringing(context: Context): Promise<string[]> {
  const { name, client } = await context.system();
  const { MetricAlarms = [] } = await new CloudWatchClient(client).send(
    new DescribeAlarmsCommand({ AlarmNames: ALARMS.map((alarm) => alarmName(name, alarm)), StateValue: 'ALARM' }),
  );
  return MetricAlarms.flatMap(({ AlarmName }) => AlarmName ?? []);
}

import type { InstanceFacts, Upload, Written } from './history';
import { fieldsOf } from './runner-status';
import type { World } from './world';

/** Something that must never be. */
export interface Violation {
  rule: string;
  what: string;
}

const FINAL = ['SUCCEEDED', 'FAILED'];
/** The guard looks every five minutes; a few looks may fail, and an instance takes minutes to shut down. */
const LATE = 45 * 60_000;
const isFinal = ({ state }: Written) => FINAL.includes(state);

/**
 * What must hold at the end of every world, judged by what really happened and by what lies in the bucket. Written apart
 * from the code that keeps it: nothing here asks lambda/ for a rule.
 */
export function violations(world: World): Violation[] {
  const found: Violation[] = [];
  const say = (rule: string, what: string) => found.push({ rule, what });
  for (const upload of world.services.history.uploads) {
    const name = `${upload.key} ${upload.versionId} (${upload.sequencer})`;
    for (const [rule, problems] of Object.entries(OF_UPLOADS)) {
      for (const problem of problems(upload, world)) say(rule, `${name}: ${problem}`);
    }
  }
  for (const [rule, problems] of Object.entries(OF_WORLDS)) for (const problem of problems(world)) say(rule, problem);
  return found;
}

type Of<T extends unknown[]> = Readonly<Record<string, (...of: T) => string[]>>;

const OF_UPLOADS: Of<[Upload, World]> = {
  'one run': oneRun,
  'a final record': finalRecord,
  'true records': ({ records, ...upload }, world) =>
    records.filter(isFinal).flatMap((record) => untrue(record, { records, ...upload }, world)),
  'no instance beyond its deadline': ({ instances }, world) =>
    instances
      .filter(({ launched, ended = world.now, deadline }) => ended - launched > deadline + LATE)
      .map(({ id, launched, ended }) => `${id} lived from ${time(launched)} to ${ended ? time(ended) : 'now'}`),
  'bounded spending': boundedSpending,
};

const OF_WORLDS: Of<[World]> = {
  'comes to rest': ({ isQuiet }) => (isQuiet ? [] : ['a message or an instance is left']),
  'its own outputs': outputs,
  'the index is right': indexed,
  'ends are told of': told,
  'the default version can be launched': launchable,
  'nothing of others touched': ({ strangers }) => strangers.touched(),
  'no notes left': ({ services: { objects } }) => objects.keys('app_runner/guard/').map((key) => `${key} is left`),
};

/** Of each attempt one instance begins the app, once; and nobody does after a record of success. */
function oneRun({ instances, records }: Upload): string[] {
  const problems: string[] = [];
  const ran = instances.filter(({ appBegan }) => appBegan.length > 0);
  const attempts = ran.map(({ attempt }) => attempt);
  if (new Set(attempts).size < attempts.length) problems.push(`attempts that ran: ${attempts}`);
  for (const { id, appBegan } of ran) if (appBegan.length > 1) problems.push(`${id} ran ${appBegan.length} times`);
  const success = records.find(({ state }) => state === 'SUCCEEDED');
  const late = ran.find(({ appBegan }) => success && (appBegan[0] ?? 0) > success.time);
  if (late) problems.push(`${late.id} began after the job had succeeded`);
  for (const one of ran) {
    const again = ran.find(({ attempt }) => attempt === one.attempt + 1);
    if (again && one.mishaps.length === 0) problems.push(`${again.id} ran although nothing had happened to ${one.id}`);
  }
  return problems;
}

/** Each upload has one, or a newer upload of its job has taken its place. */
function finalRecord(upload: Upload, { services }: World): string[] {
  if (upload.records.some(isFinal) || isSuperseded(upload, services.history.uploads)) return [];
  if (upload.jobId === '') return [];
  const states = upload.records.map(({ state, reason }) => `${state} ${reason}`);
  return [`no final record, only ${states.join(', ') || 'none'}`];
}

function isSuperseded({ jobId, sequencer }: Upload, uploads: readonly Upload[]): boolean {
  return uploads.some((other) => other.jobId === jobId && other.sequencer > sequencer);
}

/** What is not so although the record says it. */
function untrue(record: Written, upload: Upload, world: World): string[] {
  const { state, reason, instanceId } = record;
  const instance = upload.instances.find(({ id }) => id === instanceId);
  const because = (isTrue: boolean, what: string) =>
    isTrue ? [] : [`${state} ${reason} of ${instanceId} by ${record.writer} at ${time(record.time)}: ${what}`];
  if (state === 'SUCCEEDED')
    return because(instance?.appSucceeded === true && instance.output !== undefined, 'its app has not');
  const hasMishap = upload.instances.some(({ mishaps }) => mishaps.some((one) => one !== 'recorded'));
  switch (reason) {
    case 'CANCELLED':
      return because(
        [...upload.cancelled, ...(world.services.history.stops.get(upload.jobId) ?? [])].some(
          (at) => at <= record.time,
        ),
        'nobody did',
      );
    case 'APP_FAILED':
      return because(instance?.appFailed === reason, 'its app did not fail');
    case 'NO_OUTPUT':
      return because(instance?.appSucceeded === true && instance.output === undefined, 'it has an output');
    case 'TIMED_OUT':
      return because(instance !== undefined && isLate(instance, record), 'its time was not over');
    case 'INTERRUPTED':
    case 'LOST':
      return because(hasMishap || world.faults.counts.has('S3 is down for a while'), 'nothing has happened to it');
    case 'NO_CAPACITY':
      return because(upload.refusals.size > 0 || hasMishap || mayWait(world), 'EC2 has refused nothing');
    default:
      return [];
  }
}

/** Whether jobs wait for something else than what EC2 says: `max_running`, or calls without an answer. */
function mayWait({ services: { settings }, faults }: World): boolean {
  return settings.maxRunning > 0 || faults.counts.has('EC2 fails') || faults.counts.has('EC2 answer lost');
}

function isLate({ launched, deadline, appFailed }: InstanceFacts, { time }: Written): boolean {
  // The deadline is the time limit and 23 minutes.
  return appFailed === 'TIMED_OUT' || time - launched >= deadline - 23 * 60_000;
}

function boundedSpending(upload: Upload, { now, services: { settings } }: World): string[] {
  const spent = upload.instances.reduce((sum, { launched, ended = now }) => sum + ended - launched, 0);
  const bound = upload.instances.map(({ deadline }) => deadline + LATE).sort((a, b) => b - a);
  const most = bound.slice(0, settings.attempts).reduce((sum, one) => sum + one, 0);
  return spent > most ? [`${upload.instances.length} instances for ${Math.round(spent / 60_000)} minutes`] : [];
}

/** The output beside a record is of the very upload, and of the instance that has succeeded. */
function outputs({ services: { objects, history } }: World): string[] {
  return objects.keys('app_runner/output/').flatMap((key) => {
    if (!key.endsWith('_status.json')) return [];
    const status = objects.current(key);
    const fields = status && fieldsOf(status);
    const base = key.slice(0, -'_status.json'.length);
    const output = objects.current(`${base}.zip`);
    const problems: string[] = [];
    // Where the runner does not run at all, the log comes after the record, and may not come at all.
    if (!objects.current(`${base}_ec2.log`) && !(fields?.reason === 'LOST' && status?.writer === fields.instance_id))
      problems.push(`${base} has no log`);
    if (!FINAL.includes(fields?.state ?? '')) problems.push(`${base} is ${fields?.state} at the end`);
    if (fields?.state === 'SUCCEEDED' && output?.writer !== fields.instance_id)
      problems.push(`the output of ${base} is by ${output?.writer}, the record by ${fields.instance_id}`);
    const upload = history.upload(fields?.input_sequencer ?? '');
    if (output && upload && !upload.instances.some(({ id }) => id === output.writer))
      problems.push(`the output of ${base} is of another upload, by ${output.writer}`);
    return problems;
  });
}

/** One entry for each job that says what its record says, and none under way. */
function indexed({ services: { objects, history } }: World): string[] {
  if (history.givenUp.includes('metrics')) return [];
  const entries = objects.keys('app_runner/index/');
  const open = entries.filter((key) => key.includes('/index/open/')).map((key) => `${key} is left`);
  const missing = objects.keys('app_runner/output/').flatMap((key) => {
    if (!key.endsWith('_status.json')) return [];
    const jobId = key.slice('app_runner/output/'.length, -'_status.json'.length);
    const { state, attempt } = fieldsOf(objects.current(key) as never);
    const own = entries.filter((entry) => entry.endsWith(`/${jobId}`) && entry.includes(`/${state},`));
    return own.some((entry) => entry.split(',')[2] === String(attempt)) ? [] : [`no entry of ${state} ${jobId}`];
  });
  return [...open, ...missing];
}

/** EventBridge was told of every record that stands at the end. */
function told({ services: { objects, history } }: World): string[] {
  if (history.givenUp.includes('metrics')) return [];
  return objects.keys('app_runner/output/').flatMap((key) => {
    if (!key.endsWith('_status.json')) return [];
    const jobId = key.slice('app_runner/output/'.length, -'_status.json'.length);
    const fields = fieldsOf(objects.current(key) as never);
    const isTold = history.ends.some(
      (end) => end.jobId === jobId && end.state === fields.state && end.attempt === fields.attempt,
    );
    return isTold ? [] : [`nobody was told that ${jobId} is ${fields.state}`];
  });
}

/** Unless no image that is there would start with its settings. */
function launchable({ services: { ec2, templateId } }: World): string[] {
  const { number, data } = ec2.defaultData(templateId);
  const isArm = (data.InstanceType ?? '').startsWith('m7g');
  const fits = [...ec2.images.values()].filter(({ architecture }) => (architecture === 'arm64') === isArm);
  const has = fits.some(({ id }) => id === data.ImageId);
  return has || fits.length === 0
    ? []
    : [`version ${number} has ${data.ImageId}, and there are ${fits.map(({ id }) => id)}`];
}

function time(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

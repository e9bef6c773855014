import { isFinal, type Upload } from './history';
import { indexed, missedRuns, outputs, told } from './standing-records';
import { untrue } from './true-records';
import type { World } from './world';

/** Something that must never be. */
export interface Violation {
  rule: string;
  what: string;
}

/** The guard looks every five minutes; a few looks may fail, and an instance takes minutes to shut down. */
const LATE = 45 * 60_000;
const HOUR = 3_600_000;

/**
 * What must hold at the end of every world, judged by what really happened and by what lies in the bucket. Written apart
 * from the code that keeps it: nothing here asks lambda/ for a rule. invariants.test.ts breaks each.
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
  'one instance for an attempt': oneInstance,
  'a final record': finalRecord,
  'true records': (upload, world) => upload.records.filter(isFinal).flatMap((record) => untrue(record, upload, world)),
  'no instance beyond its deadline': ({ instances }, world) =>
    instances
      .filter(({ launched, ended = world.now, deadline }) => ended - launched > deadline + LATE)
      .map(({ id, launched, ended }) => `${id} lived from ${time(launched)} to ${ended ? time(ended) : 'now'}`),
  'bounded spending': boundedSpending,
};

const OF_WORLDS: Of<[World]> = {
  'comes to rest': ({ isQuiet }) => (isQuiet ? [] : ['a message or an instance is left']),
  'no function fails for ever': failing,
  'one launch for a client token': ({ services: { history } }) => history.mixedTokens,
  'its own outputs': outputs,
  'the index is right': indexed,
  'ends are told of': told,
  'missed runs of schedules are told of': missedRuns,
  'the default version can be launched': launchable,
  'nothing of others touched': ({ strangers }) => strangers.touched(),
  'no notes left': ({ services: { objects } }) => objects.keys('app_runner/guard/').map((key) => `${key} is left`),
};

export const RULES = [...Object.keys(OF_UPLOADS), ...Object.keys(OF_WORLDS)];

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

/**
 * However often events come and answers get lost: that is what client tokens are for. Where a subnet had no room, a second
 * event of the upload may find some there, and its instance finds the job taken.
 */
function oneInstance({ instances, refusals }: Upload): string[] {
  if (refusals.has('InsufficientInstanceCapacity')) return [];
  const attempts = instances.map(({ attempt }) => attempt);
  return new Set(attempts).size < attempts.length ? [`instances of the attempts ${attempts}`] : [];
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

function boundedSpending(upload: Upload, { now, services: { settings } }: World): string[] {
  const spent = upload.instances.reduce((sum, { launched, ended = now }) => sum + ended - launched, 0);
  const bound = upload.instances.map(({ deadline }) => deadline + LATE).sort((a, b) => b - a);
  const most = bound.slice(0, settings.attempts).reduce((sum, one) => sum + one, 0);
  return spent > most ? [`${upload.instances.length} instances for ${Math.round(spent / 60_000)} minutes`] : [];
}

/** Nothing goes wrong any more in the last hours of a world, and the schedules have looked at everything many times. */
function failing({ now, services: { history } }: World): string[] {
  const { time: at, text } = history.lastFailure ?? { time: 0, text: '' };
  return at > now - HOUR ? [`${time(at)}: ${text}`] : [];
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

import { jobIdOfStatusKey, OUTPUT_PREFIX, type OutputKeys, outputKeys } from '../../contract/keys';
import type { ObjectVersion } from './bucket';
import { isFinal, type Upload } from './history';
import { fieldsOf } from './runner-status';
import type { World } from './world';

/** An earlier run looks at the status, and pushes its logs, every few seconds; a request takes half a minute at most. */
const ON_ITS_WAY = 60_000;

/** What lies in the bucket under the names of one job, at the end of a world. */
interface Standing {
  jobId: string;
  keys: OutputKeys;
  status: ObjectVersion;
  fields: ReturnType<typeof fieldsOf>;
  /**
   * A person has written over the record when the job was over, and nothing calls the guard any more; or an older upload has
   * put its own in that place; or the bucket keeps no versions, so that nobody knows what stood there.
   */
  isSpoiledForGood: boolean;
}

function standing({ services: { objects, history, settings } }: World): Standing[] {
  return objects.keys(OUTPUT_PREFIX).flatMap((key) => {
    const [jobId, status] = [jobIdOfStatusKey(key), objects.current(key)];
    if (jobId === undefined || !status) return [];
    const isOfJob = (one: Upload) => one.jobId === jobId || one.key.endsWith(`/template=x/${jobId}.zip`);
    const newest = history.uploads.filter(isOfJob).at(-1);
    const wasOver = newest?.records.some((record) => isFinal(record) && record.time <= status.time);
    const fields = fieldsOf(status);
    const isOthers =
      status.writer === 'somebody' || fields.input_sequencer !== newest?.sequencer || !settings.isVersioned;
    const isSpoiledForGood = history.spoiled.has(jobId) && isOthers && wasOver === true;
    return [{ jobId, keys: outputKeys(jobId), status, fields, isSpoiledForGood }];
  });
}

/** Of each job that still has a record: what is wrong with it, a sentence each. */
const ofRecords =
  (problems: (one: Standing, world: World) => (string | false)[]) =>
  (world: World): string[] =>
    standing(world)
      .filter(({ isSpoiledForGood }) => !isSpoiledForGood)
      .flatMap((one) => problems(one, world).flatMap((problem) => (problem ? `${one.jobId}: ${problem}` : [])));

/** Output and logs beside a record are those of its very run, and the log is there. */
export const outputs = ofRecords(({ jobId, keys, status, fields }, { services: { objects, history, settings } }) => {
  const { state = 'unreadable', instance_id: own = null, reason } = fields;
  // Nobody can know what became of it, and the record says so; launch reads no earlier versions, and names no instance.
  const isUnknown = reason === 'LOST' && (!settings.isVersioned || own === null);
  const mayBeOfAny = isUnknown && history.spoiled.has(jobId);
  const claimed = history.uploads.flatMap(({ instances }) => instances).find(({ id }) => id === own)?.claimed;
  const others = (key: string, until = Number.POSITIVE_INFINITY) => {
    const there = objects.current(key);
    if (mayBeOfAny || (there && there.time > until)) return false;
    return !!there && there.writer !== own && `${key} is by ${there.writer}, the record about ${own}`;
  };
  // Where the runner does not run at all, the log comes after the record, and may not come at all.
  const mayLackLog = reason === 'LOST' && status.writer === own;
  return [
    !isFinal({ state }) && `it is ${state} at the end`,
    !objects.current(keys.ec2Log) && !mayLackLog && 'it has no log',
    state === 'SUCCEEDED' && !objects.current(keys.output) && 'it has no output',
    others(keys.output),
    // One that was on its way from an earlier run when this one began, or the guard took its place, may arrive after it was
    // cleared (reliability.md).
    others(keys.appLog, claimed ?? status.time - ON_ITS_WAY),
  ];
});

/** One entry for each job that says what its record says, and none under way. */
export function indexed(world: World): string[] {
  const { objects, history } = world.services;
  if (history.givenUp.includes('metrics')) return [];
  const entries = objects.keys('app_runner/index/');
  const missing = ofRecords(({ jobId, fields: { state, attempt } }) => {
    const own = entries.filter((entry) => entry.endsWith(`/${jobId}`) && entry.includes(`/${state},`));
    return [!own.some((entry) => entry.split(',')[2] === String(attempt)) && `no entry of ${state}`];
  });
  const spoiled = standing(world).filter(({ isSpoiledForGood }) => isSpoiledForGood);
  const isSpoiled = (key: string) => spoiled.some(({ jobId }) => key.endsWith(`/${jobId}`));
  const open = entries.filter((key) => key.includes('/index/open/') && !isSpoiled(key)).map((key) => `${key} is left`);
  return [...open, ...missing(world)];
}

/** EventBridge was told of every record that stands at the end. */
export function told(world: World): string[] {
  const { ends, givenUp } = world.services.history;
  if (givenUp.includes('metrics')) return [];
  const untold = ofRecords(({ jobId, fields: { state, attempt } }) => {
    const isTold = ends.some((end) => end.jobId === jobId && end.state === state && end.attempt === attempt);
    return [!isTold && `nobody was told that it is ${state}`];
  });
  return untold(world);
}

/** A run of a schedule that had no input has a record that says so. */
export function missedRuns({ services: { objects, history } }: World): string[] {
  return history.missed.flatMap((jobId) => {
    const status = objects.current(outputKeys(jobId).status);
    const { reason = null } = status ? fieldsOf(status) : {};
    return reason === 'INPUT_UNREADABLE' ? [] : [`${jobId} did not become a job, and its record says ${reason}`];
  });
}

import { durationSeconds } from '../../contract/duration';
import { isFinal, parseStatus, type Status } from '../../contract/status';
import { type Ending, FILES, type File, type Promised, type Row } from './row';
import type { Scene } from './scene';
import type { Version } from './world';

/** What a person reads of a row in the table. */
export interface Seen {
  record: string;
  files: string;
  /** Seconds. */
  endedAfter: number[];
  runs: number;
  /** What is not as promised, a sentence each. */
  holes: string[];
}

// What a job has after its ec2_timeout, and what the machine has to boot and to power off.
const GRACE_SECONDS = 180;
const BOOT_SECONDS = 15;

/** The most seconds from power-on to power-off. */
export function limitOf(row: Row, tags: Record<string, string>): number {
  const timeout = durationSeconds(row.settings?.ec2_timeout ?? tags.ec2_timeout ?? '1h');
  return row.promised.within ?? timeout + GRACE_SECONDS + BOOT_SECONDS;
}

/** What has become of a row whose machines are off. Whatever its promise, some things must always hold. */
export async function judge(scene: Scene): Promise<Seen> {
  const { row, keys } = scene;
  const { promised } = row;
  const versions = await scene.versions();
  const current = versions.filter((one) => one.isCurrent);
  const byKey: [File, string][] = [
    ['status', keys.status],
    ['log', keys.ec2Log],
    ['app log', keys.appLog],
    ['output', keys.output],
  ];
  const files = byKey.filter(([, key]) => current.some((one) => one.key === key)).map(([file]) => file);
  const record = current.find(({ key }) => key === keys.status);
  const status = record && parseStatus(record.body.toString());
  const runs = scene.told('runs').length;
  const also = await promised.also?.(scene);
  const holes = [
    // A machine that does not even boot would keep many a promise.
    ...scene.machines.flatMap(({ instance }) => (instance.console.includes('Welcome to') ? [] : ['it did not boot'])),
    ...recordHoles(scene, record, status),
    ...fileHoles(promised, files),
    ...([promised.runs].flat().includes(runs) ? [] : [`the app began ${runs} times`]),
    ...(row.spoilsStatus ? [] : spoiledHoles(versions, keys.status)),
    ...secretHoles(scene, versions),
    ...(also === undefined ? [] : [also]),
  ];
  return {
    record: nameOf(record, status),
    files: files.join(', ') || 'none',
    endedAfter: endedAfter(scene),
    runs,
    holes,
  };
}

const endedAfter = ({ machines }: Scene) => machines.map(({ instance }) => (instance.offAfter ?? Number.NaN) / 1000);

function nameOf(record: Version | undefined, status: Status | undefined): string {
  if (!record) return 'none';
  if (!status) return 'unreadable';
  return status.state === 'FAILED' ? (status.reason ?? 'FAILED') : status.state;
}

function recordHoles(scene: Scene, record: Version | undefined, status: Status | undefined): string[] {
  const { promised } = scene.row;
  const wanted = [promised.record].flat();
  const found = nameOf(record, status);
  if (!wanted.includes(found as Ending)) return [`the record is ${found}: ${status?.message ?? ''}`];
  if (!status) return [];
  const holes = isFinal(status.state) || wanted.includes('RUNNING') ? [] : [`the record is not final: ${status.state}`];
  if (status.input_version !== scene.version) holes.push('the record is about another upload');
  if (promised.message && !promised.message.test(status.message)) holes.push(`the message is: ${status.message}`);
  return holes;
}

function fileHoles({ files, orFiles = [] }: Promised, found: File[]): string[] {
  return FILES.flatMap((file) => {
    if (orFiles.includes(file) || files.includes(file) === found.includes(file)) return [];
    return [found.includes(file) ? `there is an unexpected ${file}` : `there is no ${file}`];
  });
}

/** A status is whole in every version. */
function spoiledHoles(versions: Version[], key: string): string[] {
  const spoiled = versions.filter((one) => one.key === key && !parseStatus(one.body.toString()));
  return spoiled.length === 0 ? [] : [`${spoiled.length} versions of the status cannot be read`];
}

/** Secrets are in no version of any file, and nobody on the machine has got hold of one. */
function secretHoles(scene: Scene, versions: Version[]): string[] {
  const secrets = [...scene.secrets];
  const shown = versions.filter(({ body }) => secrets.some((secret) => body.includes(secret)));
  const holes = [...new Set(shown.map(({ key }) => `a secret is in a version of ${key}`))];
  if (scene.told().some((text) => secrets.some((secret) => text.includes(secret)))) {
    holes.push('code from outside has got hold of a secret');
  }
  if (scene.machines.some(({ instance }) => secrets.some((secret) => instance.console.includes(secret)))) {
    holes.push('a secret is on the console');
  }
  return holes;
}

import { formatJobLine } from '../../contract/job-line';
import { inputKey } from '../../contract/keys';
import { BUCKET } from '../../test/boot/cloud';
import { type BootOptions, Instance } from '../../test/boot/instance';
import type { Branch } from './repository';
import type { Surroundings } from './surroundings';

/** What is booted: an image, and for whom. */
export type Machine = Omit<BootOptions, 'cloud' | 'dir' | 'relays'>;

/** A machine that runs, and what its app, or the unit in its place, has said by now. */
export interface Running {
  instance: Instance;
  said(): Promise<string>;
}

let number = 0;

/** Boots an image for a job of this commit of the app. */
export async function bootJob(around: Surroundings, branch: Branch, machine: Partial<Machine> = {}): Promise<Running> {
  const name = `job-${++number}`;
  const versionId = await around.cloud.upload(name, { nothing: '' });
  const userData = formatJobLine({ bucket: BUCKET, key: inputKey(name), versionId, sequencer: '', attempt: 1 });
  const tags = { ...around.images.tags, app_ref: branch, ...machine.tags };
  const instance = await boot(around, { root: around.images.baked, name, userData, ...machine, tags });
  return { instance, said: async () => (await around.cloud.read(name, 'ec2Log')) ?? '' };
}

/** Boots an image whose own unit does what a job needs. */
export async function bootAlone(around: Surroundings, machine: Omit<Machine, 'name' | 'tags'>): Promise<Running> {
  const instance = await boot(around, { ...machine, name: `alone-${++number}`, tags: {} });
  return { instance, said: async () => instance.console };
}

function boot({ cloud, dir, relays }: Surroundings, machine: Machine): Promise<Instance> {
  return Instance.boot({ ...machine, cloud, dir, relays });
}

/** Waits for words of the app. Throws with what the machine has said when they do not come. */
export async function untilSaid({ instance, said }: Running, words: string, limitMs = 600_000): Promise<void> {
  for (const end = Date.now() + limitMs; Date.now() < end && instance.offAfter === undefined; ) {
    if ((await said()).includes(words)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  if ((await said()).includes(words)) return;
  throw new Error(
    `the machine never said "${words}":\n${(await said()).slice(-3000)}\n${instance.console.slice(-3000)}`,
  );
}

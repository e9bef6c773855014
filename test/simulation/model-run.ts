import { WRITER_METADATA } from '../../contract/keys';
import { Bucket } from './bucket';
import { Caller, type Chance } from './caller';
import { Clock } from './clock';
import { Faults } from './faults';
import { Random } from './random';
import { type AppPlan, Runner } from './runner';
import type { Request } from './runner-bucket';
import { jobKeys, newMemory } from './runner-memory';

/** A case for the model of the runner alone: what lies in the bucket, its app, and what others do meanwhile. */
export interface ModelCase {
  plan: AppPlan;
  before?: Readonly<Record<string, string>>;
  /** After ten seconds of the job, with what its status says then. */
  meanwhile?(status: Record<string, unknown>): Record<string, unknown>;
}

const MINUTE = 60_000;
const KEY = 'app_runner/input/may.zip';

/** The requests of the model for one job, in their order, without faults. */
export async function requestsOfModel({ plan, before = {}, meanwhile }: ModelCase): Promise<Request[]> {
  const clock = new Clock(Date.parse('2026-01-01T00:00:00Z'));
  const random = new Random(1);
  const chance: Chance = { clock, random, faults: new Faults(random, new Set(), 0), down: new Set() };
  const objects = new Bucket('jobs', true, () => clock.now);
  for (const [key, body] of Object.entries(before)) objects.put(key, body, 'before');
  const input = objects.put(KEY, 'input', 'user');
  if (input.status !== 200) throw new Error('the input was not written');
  const { versionId, sequencer } = input.version;
  const job = { bucket: 'jobs', key: KEY, versionId, sequencer, attempt: 1 };
  const { jobId, keys } = jobKeys(job) as NonNullable<ReturnType<typeof jobKeys>>;
  const self = {
    instanceId: 'i-1',
    writtenBy: { [WRITER_METADATA]: 'i-1' },
    job,
    jobId,
    keys,
    imageId: 'ami-1',
    type: 'm7i.large',
    templateVersion: '1',
    launched: 0,
  };
  const facts = { id: 'i-1', attempt: 1, launched: 0, deadline: 0, appBegan: [], mishaps: [] };
  const memory = newMemory(clock.now, 30 * MINUTE, 3 * MINUTE);
  const caller = new Caller('i-1', chance);
  const runner = new Runner({ caller, chance, objects, self, memory, plan, facts, isRestarted: false });
  const requests: Request[] = [];
  runner.bucket.onRequest = (request) => requests.push(request);
  if (meanwhile) {
    clock.after(10_000, () => {
      const status = JSON.parse(objects.current(keys.status)?.body ?? '{}');
      objects.put(keys.status, JSON.stringify(meanwhile(status)), 'somebody');
    });
  }
  void runner.run();
  await clock.runUntil(clock.now + 60 * MINUTE);
  return requests;
}

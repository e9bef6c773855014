import type { ObjectVersion } from './bucket';
import type { Chance } from './caller';
import type { Answer, RunnerBucket } from './runner-bucket';
import type { Identity, Memory } from './runner-memory';

/** The job is another instance's or a newer upload's, or it is done or cancelled. */
export class Taken extends Error {}
/** S3 gave no answer that would tell whose the job is. */
export class NoClaim extends Error {}
export class NotWritten extends Error {}
/** A newer upload of this job has taken over. */
export class NotOurs extends Error {}
/** Somebody has stopped this job. */
export class Cancelled extends NotOurs {}
/** A phase failed, for a reason of the status. */
export class JobFailure extends Error {
  constructor(
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }
}

interface Fields {
  state?: string;
  reason?: string | null;
  message?: string;
  attempt?: number;
  instance_id?: string | null;
  input_version?: string | null;
  input_sequencer?: string | null;
}
type Order = 'older' | 'same' | 'newer' | 'unknown';
const STATES = ['WAITING', 'RUNNING', 'SUCCEEDED', 'FAILED'];
const RACES = 5;

/** The status object as the runner writes it: runner/claim.py and runner/status.py. */
export class RunnerStatus {
  constructor(
    private readonly bucket: RunnerBucket,
    private readonly self: Identity,
    readonly memory: Memory,
    private readonly chance: Chance,
  ) {}

  /** runner/claim.py `take`. `isRestarted`: the instance was, since the job began; `wasOurs`: after it was claimed. */
  async claim(isRestarted: boolean, wasOurs: boolean): Promise<void> {
    if (wasOurs) {
      const stored = await this.read(this.memory.timeoutAt);
      this.nextCondition(stored, isRestarted);
      this.interrupted(stored.version?.etag ?? '');
    }
    let condition: { ifMatch?: string; ifNoneMatch?: string } = { ifNoneMatch: '*' };
    while (this.chance.clock.now < this.memory.timeoutAt) {
      const answer = await this.write('RUNNING', this.memory.timeoutAt, condition);
      if (answer.status === 200) {
        this.memory.isClaimed = true;
        return;
      }
      if (answer.status === 404) condition = { ifNoneMatch: '*' };
      else if (answer.status === 412)
        condition = this.nextCondition(await this.read(this.memory.timeoutAt), isRestarted);
      else break;
    }
    throw new NoClaim();
  }

  private nextCondition(stored: Answer, isRestarted: boolean) {
    if (stored.status === 404) return { ifNoneMatch: '*' };
    if (stored.status !== 200 || !stored.version) throw new NoClaim();
    const fields = fieldsOf(stored.version);
    if (fields.instance_id === this.self.instanceId) {
      if (isCancelled(fields)) throw new Taken();
      if (isRestarted) this.endAfterRestart(stored.version, fields);
    } else {
      const order = this.orderOf(fields);
      if (order === 'newer' || (order === 'same' && fields.state !== 'WAITING')) throw new Taken();
    }
    return { ifMatch: stored.version.etag };
  }

  private endAfterRestart({ etag }: ObjectVersion, { state }: Fields): never {
    if (state !== 'RUNNING') throw new Taken();
    this.interrupted(etag);
  }

  private interrupted(etag: string): never {
    Object.assign(this.memory, { etag, isClaimed: true });
    throw new JobFailure('INTERRUPTED', 'the instance was restarted while the job ran');
  }

  /** Replaces our own object. */
  async push(state: string, limit: number): Promise<void> {
    const { etag } = this.memory;
    let condition: { ifMatch?: string; ifNoneMatch?: string } = etag ? { ifMatch: etag } : { ifNoneMatch: '*' };
    for (let race = 0; race < RACES; race++) {
      const answer = await this.write(state, limit, condition);
      if (answer.status === 200) return;
      if (answer.status !== 404 && answer.status !== 412) break;
      condition = this.condition(await this.read(limit));
    }
    throw new NotWritten();
  }

  /** Whether the object is as we wrote it, which it counts as while S3 does not tell. */
  async stands(limit: number): Promise<boolean> {
    const answer = await this.bucket.send({ method: 'HEAD', key: this.self.keys.status }, limit);
    if (answer.status !== 404 && (answer.status !== 200 || answer.version?.etag === this.memory.etag)) return true;
    try {
      this.condition(await this.read(limit));
    } catch (error) {
      if (error instanceof NotWritten) return true;
      throw error;
    }
    return false;
  }

  read(limit: number): Promise<Answer> {
    return this.bucket.send({ method: 'GET', key: this.self.keys.status }, limit);
  }

  /** runner/finish.py: whether the claim was written and the runner killed before it could keep that. */
  async isClaimedUnseen(limit: number): Promise<boolean> {
    const { version } = await this.read(limit);
    const fields = version && fieldsOf(version);
    if (fields?.instance_id !== this.self.instanceId || fields.state !== 'RUNNING') return false;
    Object.assign(this.memory, { etag: version?.etag, isClaimed: true });
    return true;
  }

  private condition({ status, version }: Answer) {
    if (status === 404) return { ifNoneMatch: '*' };
    if (status !== 200 || !version) throw new NotWritten();
    const fields = fieldsOf(version);
    const isOwn = fields.instance_id === this.self.instanceId;
    const order = this.orderOf(fields);
    if (isCancelled(fields) && (isOwn || order === 'same')) throw new Cancelled(fields.message);
    if (isOwn) {
      this.memory.etag = version.etag;
      return { ifMatch: version.etag };
    }
    if (order !== 'older') throw new NotOurs();
    return { ifMatch: version.etag };
  }

  private async write(state: string, limit: number, condition: { ifMatch?: string; ifNoneMatch?: string }) {
    const body = this.compose(state);
    const answer = await this.bucket.send({ method: 'PUT', key: this.self.keys.status, condition, body }, limit);
    if (answer.version) this.memory.etag = answer.version.etag;
    return answer;
  }

  /** runner/stored.py `order_of`. */
  private orderOf(fields: Fields): Order {
    if (!STATES.includes(fields.state ?? '')) return 'older';
    const { versionId, sequencer, attempt } = this.self.job;
    const order =
      versionId && fields.input_version === versionId ? 'same' : compare(fields.input_sequencer ?? '', sequencer);
    if (order !== 'same' || isCancelled(fields)) return order;
    const theirs = fields.attempt ?? 1;
    return theirs === attempt ? 'same' : theirs < attempt ? 'older' : 'newer';
  }

  private compose(state: string): string {
    const { job, jobId, instanceId, imageId, type, templateVersion } = this.self;
    const { memory } = this;
    const iso = (time?: number) => (time === undefined ? null : `${new Date(time).toISOString().slice(0, 19)}Z`);
    return `${JSON.stringify({
      job_id: jobId,
      image_id: imageId,
      instance_id: instanceId,
      instance_type: type,
      template_version: templateVersion,
      input_key: job.key,
      input_version: job.versionId || null,
      input_sequencer: job.sequencer || null,
      submitted: memory.submitted ?? null,
      started: iso(memory.started),
      ended: iso(memory.ended),
      reason: memory.reason ?? null,
      message: memory.message,
      state,
      updated: iso(this.chance.clock.now),
      attempt: job.attempt,
      exit_code: null,
      phases: memory.phases.map(({ name, start, seconds }) => ({ name, start: iso(start), seconds })),
    })}\n`;
  }
}

/** What a status says; nothing when the object is none. */
export function fieldsOf({ body }: ObjectVersion): Fields {
  try {
    return JSON.parse(body) as Fields;
  } catch {
    return {};
  }
}

function isCancelled({ state, reason }: Fields): boolean {
  return state === 'FAILED' && reason === 'CANCELLED';
}

function compare(theirs: string, ours: string): Order {
  const width = Math.max(theirs.length, ours.length);
  const [a, b] = [theirs.toUpperCase().padEnd(width, '0'), ours.toUpperCase().padEnd(width, '0')];
  if (a !== b) return a < b ? 'older' : 'newer';
  return ours === '' ? 'unknown' : 'same';
}

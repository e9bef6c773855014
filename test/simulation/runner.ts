import type { Bucket } from './bucket';
import type { Caller, Chance } from './caller';
import type { InstanceFacts } from './history';
import { RunnerBucket, Stopped } from './runner-bucket';
import { RunnerEnding } from './runner-ending';
import { LiveLogs } from './runner-live';
import type { Identity, Memory } from './runner-memory';
import { Cancelled, JobFailure, NoClaim, type NotOurs, RunnerStatus, Taken } from './runner-status';

/** What the job's app is like, and how long each part takes; times in milliseconds. */
export interface AppPlan {
  prepares: number;
  runs: number;
  ends: 'output' | 'no output' | 'failure';
  hasLog: boolean;
  /** Uploaded by the AWS CLI, which does not say which version it became. */
  isLarge: boolean;
}

export interface RunnerParts {
  caller: Caller;
  chance: Chance;
  objects: Bucket;
  self: Identity;
  memory: Memory;
  plan: AppPlan;
  /** What is written down of what really happens. */
  facts: InstanceFacts;
  isRestarted: boolean;
}

const HEAD_SECONDS = 300_000;

/**
 * One process of the runner, by its contract: runner/run.py with the claim, the phases, the live logs and the ending, or
 * runner/finish.py after one that was killed. Test/simulation/runner.test.ts compares its requests with the real one's.
 */
export class Runner {
  readonly bucket: RunnerBucket;
  readonly status: RunnerStatus;
  readonly live: LiveLogs;
  private isEnding = false;
  private clearing: Promise<void> | undefined;
  private isCleared = false;
  private hasRoom = false;

  constructor(readonly parts: RunnerParts) {
    const { caller, objects, chance, self, memory } = parts;
    this.bucket = new RunnerBucket(caller, objects, chance);
    this.status = new RunnerStatus(this.bucket, self, memory, chance);
    const hasRoom = () => this.hasRoom && this.isCleared;
    const { bucket, status } = this;
    this.live = new LiveLogs({ caller, chance, bucket, objects, status, memory, self, hasRoom }, (why) =>
      this.lost(why),
    );
  }

  /** From the claim to the last upload. */
  async run(): Promise<void> {
    const { memory } = this.parts;
    try {
      await this.runPhases();
    } catch (error) {
      if (error instanceof Taken) {
        memory.isDone = true;
        return;
      }
      if (error instanceof JobFailure) this.fail(error);
      else if (!(error instanceof Stopped || error instanceof NoClaim)) throw error;
    }
    await new RunnerEnding(this).finish();
  }

  /** runner/finish.py: what is still owed after a process that was killed. */
  async finish(result: string): Promise<void> {
    const { memory, chance } = this.parts;
    if (memory.isDone) return;
    this.hurry();
    if (!memory.isClaimed && !(await this.status.isClaimedUnseen(chance.clock.now + 30_000))) return;
    if (memory.outputVersion === undefined && !memory.reason)
      this.fail(new JobFailure('INTERRUPTED', `the runner was ended from outside (${result})`));
    await new RunnerEnding(this).finish();
  }

  /** TERM: somebody shuts the instance down. */
  interrupt(): void {
    this.hurry();
    if (this.isEnding) return;
    this.fail(new JobFailure('INTERRUPTED', 'the instance was shut down while the job ran'));
    this.bucket.stop();
  }

  fail({ reason, message }: JobFailure): void {
    const { memory } = this.parts;
    if (memory.reason === undefined) Object.assign(memory, { reason, message });
  }

  /** One named part of the job; `isNeeded` also of one that has failed. */
  async phase(name: string, work: () => Promise<void>, isNeeded = false): Promise<void> {
    const { memory, chance } = this.parts;
    if (memory.reason && !isNeeded) throw new Stopped();
    const phase = { name, start: chance.clock.now, seconds: null as number | null };
    memory.phases.push(phase);
    this.live.changed();
    try {
      await work();
    } catch (error) {
      if (error instanceof JobFailure) this.fail(error);
      throw error;
    } finally {
      phase.seconds = (chance.clock.now - phase.start) / 1000;
      this.live.changed();
    }
  }

  /** Ends whatever still runs for the job. */
  async beginEnding(): Promise<void> {
    this.isEnding = true;
    this.bucket.stop();
    if (this.clearing) await Promise.race([this.clearing, this.parts.caller.sleep(5_000)]);
    this.bucket.goOn();
  }

  private hurry(): void {
    const { memory, chance } = this.parts;
    const left = memory.powerOffAt - chance.clock.now;
    memory.powerOffAt = chance.clock.now + (left > 0 ? Math.min(left, 140_000) : 25_000);
  }

  private lost(why: NotOurs): void {
    const { memory } = this.parts;
    if (why instanceof Cancelled) memory.cancelled = why.message;
    else memory.isSuperseded = true;
    this.bucket.stop();
  }

  private async runPhases(): Promise<void> {
    const { isRestarted, facts, chance } = this.parts;
    await this.phase('claim', () => this.status.claim(isRestarted, isRestarted && facts.claimed !== undefined), true);
    facts.claimed = chance.clock.now;
    this.live.start();
    await this.fetch();
    await this.phase('app', () => this.runApp());
  }

  private async fetch(): Promise<void> {
    const { self, memory, plan, chance } = this.parts;
    const { keys } = self;
    this.clearing = this.clear([keys.output, keys.appLog], chance.clock.now + HEAD_SECONDS)
      .catch((error) => {
        if (!(error instanceof Stopped)) throw error;
      })
      .finally(() => {
        this.isCleared = true;
      });
    const works = [
      this.phase('source', () => this.bucket.pause(plan.prepares / 2)).then(() =>
        this.phase('environment', () => this.bucket.pause(plan.prepares / 2)),
      ),
      this.phase('input', () => this.download()),
    ];
    for (const result of await Promise.allSettled(works.map((work) => this.guarded(work)))) {
      if (result.status === 'rejected') throw result.reason;
    }
    if (memory.reason) throw new Stopped();
    this.bucket.check();
  }

  /** The first failure ends the others. */
  private async guarded(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (error instanceof JobFailure) this.bucket.stop();
      else if (!(error instanceof Stopped)) throw error;
    }
  }

  private async download(): Promise<void> {
    const { self, memory, chance } = this.parts;
    const { key, versionId } = self.job;
    const answer = await this.bucket.send({ method: 'GET', key, versionId }, memory.timeoutAt);
    if (answer.version) memory.submitted = new Date(answer.version.time).toISOString();
    else if (chance.clock.now >= memory.timeoutAt) throw new JobFailure('TIMED_OUT', 'downloading the input');
    else throw new JobFailure('INPUT_UNREADABLE', `S3 answered ${answer.status}`);
  }

  private async runApp(): Promise<void> {
    const { memory, plan, chance, facts } = this.parts;
    this.hasRoom = true;
    facts.appBegan.push(chance.clock.now);
    const left = memory.timeoutAt - chance.clock.now;
    try {
      await this.bucket.pause(Math.min(plan.runs / 2, left));
      memory.hasAppLog = plan.hasLog;
      this.live.changed();
      await this.bucket.pause(Math.min(plan.runs / 2, Math.max(0, left - plan.runs / 2)));
    } finally {
      memory.hasAppResult = true;
    }
    if (plan.runs > left) throw this.appFailed('TIMED_OUT', 'ec2_timeout was over');
    if (plan.ends === 'failure') throw this.appFailed('APP_FAILED', 'the app ended with exit status 1');
    facts.appSucceeded = true;
    memory.hasOutput = plan.ends === 'output';
  }

  private appFailed(reason: string, message: string): JobFailure {
    this.parts.facts.appFailed = reason;
    return new JobFailure(reason, message);
  }

  /** Takes these objects away, so that none passes for this run's. */
  async clear(keys: readonly string[], limit: number): Promise<void> {
    for (const key of keys) {
      const found = await this.bucket.send({ method: 'HEAD', key }, limit);
      if (found.status === 200) {
        const condition = { ifMatch: found.version?.etag };
        const { status } = await this.bucket.send({ method: 'DELETE', key, condition }, limit);
        if (![200, 204, 404, 412].includes(status)) continue;
      } else if (found.status !== 404) continue;
      if (key === this.parts.self.keys.appLog) this.parts.memory.clearedLog = true;
    }
  }
}

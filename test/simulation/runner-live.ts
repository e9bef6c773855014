import type { Bucket } from './bucket';
import type { Caller, Chance } from './caller';
import { type RunnerBucket, Stopped } from './runner-bucket';
import type { Identity, Memory } from './runner-memory';
import { NotOurs, NotWritten, type RunnerStatus } from './runner-status';

/** What the live logs need of their job. */
export interface LiveJob {
  caller: Caller;
  chance: Chance;
  bucket: RunnerBucket;
  objects: Bucket;
  status: RunnerStatus;
  memory: Memory;
  self: Identity;
  /** Whether what an earlier run left is out of the way. */
  hasRoom(): boolean;
}

const EVERY = 3_000;
const PUSH = 20_000;
const FINISH = 35_000;

/**
 * runner/logs.py: pushes logs and status while the job runs, and notices when it is no longer ours. The real one looks
 * every three seconds; this one looks when there is something to see, at such a time.
 */
export class LiveLogs {
  private isStopped = false;
  private phases = 0;
  private logged = 0;
  private wake: () => void = () => undefined;
  private ended: Promise<void> | undefined;
  private readonly watch = () => this.wake();

  constructor(
    private readonly job: LiveJob,
    private readonly onLost: (why: NotOurs) => void,
  ) {}

  start(): void {
    const { objects, self } = this.job;
    const watchers = objects.watchers.get(self.keys.status) ?? new Set();
    objects.watchers.set(self.keys.status, watchers.add(this.watch));
    this.ended = this.loop().finally(() => watchers.delete(this.watch));
  }

  /** A phase has begun or ended. */
  changed(): void {
    this.wake();
  }

  /** False when a push goes on even now. */
  async stop(limit: number): Promise<boolean> {
    this.isStopped = true;
    this.wake();
    if (!this.ended) return true;
    const { caller, chance } = this.job;
    const left = Math.max(0, Math.min(FINISH, limit - chance.clock.now));
    return Promise.race([this.ended.then(() => true), caller.sleep(left).then(() => false)]);
  }

  private async loop(): Promise<void> {
    for (;;) {
      try {
        await this.pushLogs();
        if (await this.nextLook()) return;
        await this.look();
      } catch (error) {
        if (error instanceof NotOurs) return this.onLost(error);
        if (!(error instanceof Stopped || error instanceof NotWritten)) throw error;
        if (await this.nextLook()) return;
      }
    }
  }

  /** True when the job ends. */
  private async nextLook(): Promise<boolean> {
    const { caller, chance } = this.job;
    if (!this.isStopped && this.progress() === this.phases) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    if (this.isStopped) return true;
    await Promise.race([
      caller.sleep(chance.random.between(0, EVERY)),
      new Promise<void>((resolve) => {
        this.wake = () => this.isStopped && resolve();
      }),
    ]);
    this.wake = () => undefined;
    return this.isStopped;
  }

  private async look(): Promise<void> {
    const { status, chance } = this.job;
    const phases = this.progress();
    const limit = chance.clock.now + PUSH;
    if (phases > this.phases || !(await status.stands(limit))) {
      await status.push('RUNNING', limit);
      this.phases = phases;
    }
  }

  private progress(): number {
    return this.job.memory.phases.reduce((sum, { seconds }) => sum + (seconds === null ? 1 : 2), 0);
  }

  private async pushLogs(): Promise<void> {
    const { bucket, memory, self, chance } = this.job;
    const limit = () => chance.clock.now + PUSH;
    if (this.progress() !== this.logged) {
      this.logged = this.progress();
      await bucket.send(
        {
          method: 'PUT',
          key: self.keys.ec2Log,
          body: `live ${this.logged} ${self.instanceId}`,
          metadata: self.writtenBy,
        },
        limit(),
      );
    }
    if (this.isStopped || !this.job.hasRoom() || !memory.hasAppLog) return;
    await bucket.send(
      {
        method: 'PUT',
        key: self.keys.appLog,
        body: `live ${this.logged} ${self.instanceId}`,
        metadata: self.writtenBy,
      },
      limit(),
    );
  }
}

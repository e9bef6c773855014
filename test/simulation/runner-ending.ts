import { WRITER_METADATA } from '../../contract/keys';
import type { Runner } from './runner';
import { Stopped } from './runner-bucket';
import { Cancelled, JobFailure, NotOurs, NotWritten } from './runner-status';

const LOOK = 30_000;
/** What each part leaves to those after it, in milliseconds. */
const AFTER = { output: 35_000, look: 30_000, clearing: 27_000, appLog: 24_000, log: 13_000, status: 0 };
/** What is left for `finish` after a process that did not end by itself. */
const RESERVE = 30_000;

/** runner/ending.py: output, logs, final status, however the job came to its end. */
export class RunnerEnding {
  constructor(private readonly runner: Runner) {}

  async finish(): Promise<void> {
    const { memory } = this.runner.parts;
    await this.runner.beginEnding();
    if (this.isOwed() && memory.hasAppResult && memory.outputVersion === undefined && memory.cancelled === undefined)
      await this.uploadOutput();
    if (!(await this.runner.live.stop(this.part(AFTER.look)))) this.runner.bucket.stop();
    this.runner.bucket.goOn();
    if (memory.isSuperseded) await this.giveWay();
    if (!this.isOwed()) return;
    try {
      await this.writeRecord();
    } catch (error) {
      if (error instanceof Cancelled) await this.endCancelled(error.message);
      else if (error instanceof NotOurs) await this.giveWay();
      else throw error;
    }
  }

  private isOwed(): boolean {
    const { isClaimed, isSuperseded, isDone } = this.runner.parts.memory;
    return isClaimed && !isSuperseded && !isDone;
  }

  private part(rest: number, most = Number.POSITIVE_INFINITY): number {
    const { memory, chance } = this.runner.parts;
    const left = Math.max(0, memory.powerOffAt - RESERVE - chance.clock.now);
    return chance.clock.now + Math.min(Math.max(left - rest, left / 4), most);
  }

  private async uploadOutput(): Promise<void> {
    const hadFailed = this.runner.parts.memory.reason !== undefined;
    await this.attempt(() => this.runner.phase('output', () => this.outputOrFailure(hadFailed), true)).catch(
      (error) => {
        if (!(error instanceof Stopped)) throw error;
      },
    );
  }

  private async outputOrFailure(hadFailed: boolean): Promise<void> {
    try {
      await this.putOutput();
    } catch (error) {
      if (!(hadFailed && error instanceof JobFailure)) throw error;
    }
  }

  private async putOutput(): Promise<void> {
    const { memory, self, plan, facts } = this.runner.parts;
    if (!memory.hasOutput) throw new JobFailure('NO_OUTPUT', 'the app wrote no output.zip');
    const limit = this.part(AFTER.output);
    memory.isOutputBegun = true;
    const metadata = self.writtenBy;
    const body = `output of ${self.instanceId}`;
    const answer = await this.runner.bucket.send({ method: 'PUT', key: self.keys.output, body, metadata }, limit);
    if (!answer.version) throw new JobFailure('UPLOAD_FAILED', `S3 answered ${answer.status}`);
    facts.output = answer.version.etag;
    if (plan.isLarge) {
      memory.outputVersion = '';
      await this.lookForOurs(limit);
    } else Object.assign(memory, { outputVersion: answer.version.versionId, outputEtag: answer.version.etag });
  }

  private async lookForOurs(limit: number): Promise<void> {
    const { memory, self, chance } = this.runner.parts;
    const request = { method: 'HEAD', key: self.keys.output } as const;
    const { version } = await this.runner.bucket.send(request, Math.min(limit, chance.clock.now + LOOK));
    if (version?.metadata[WRITER_METADATA] === self.instanceId)
      Object.assign(memory, { outputVersion: version.versionId, outputEtag: version.etag });
  }

  private async writeRecord(): Promise<void> {
    const { memory, chance, facts } = this.runner.parts;
    await this.runner.status.stands(this.part(AFTER.look, LOOK));
    if (memory.cancelled !== undefined) throw new Cancelled(memory.cancelled);
    const hasSucceeded = memory.outputVersion !== undefined && memory.reason === undefined;
    await this.attempt(() => this.clearRest());
    memory.ended = chance.clock.now;
    if (hasSucceeded) memory.message = 'the app ran and its output was uploaded';
    else this.runner.fail(new JobFailure('LOST', 'the runner ended before the app had a result'));
    await this.attempt(() => this.pushLogs());
    try {
      await this.runner.status.push(hasSucceeded ? 'SUCCEEDED' : 'FAILED', this.part(AFTER.status));
    } catch (error) {
      if (error instanceof NotWritten) return;
      throw error;
    }
    facts.mishaps.push(hasSucceeded ? 'succeeded' : 'recorded');
    memory.isDone = true;
  }

  private async giveWay(): Promise<void> {
    const { memory } = this.runner.parts;
    memory.isSuperseded = true;
    await this.withdraw(this.part(AFTER.status));
    memory.isDone = true;
  }

  private async withdraw(limit: number): Promise<void> {
    const { memory, self, chance } = this.runner.parts;
    if (memory.isOutputBegun && memory.outputEtag === undefined) await this.lookForOurs(limit);
    if (memory.outputVersion === undefined || !(memory.outputVersion || memory.outputEtag)) return;
    const versionId = memory.outputVersion === 'null' ? undefined : memory.outputVersion;
    const condition = versionId ? {} : { ifMatch: memory.outputEtag };
    const request = { method: 'DELETE', key: self.keys.output, versionId, condition } as const;
    await this.runner.bucket.send(request, Math.min(limit, chance.clock.now + LOOK));
    memory.outputVersion = undefined;
  }

  private async endCancelled(message: string): Promise<void> {
    const { memory } = this.runner.parts;
    Object.assign(memory, { cancelled: message, outputVersion: undefined });
    await this.attempt(() => this.clearRest());
    await this.attempt(() => this.pushLogs(`CANCELLED: ${message}`));
    memory.isDone = true;
  }

  private async clearRest(): Promise<void> {
    const { memory, self } = this.runner.parts;
    const keys = memory.outputVersion === undefined ? [self.keys.output] : [];
    if (!memory.hasAppLog && (keys.length > 0 || !memory.clearedLog)) keys.push(self.keys.appLog);
    await this.runner.clear(keys, this.part(AFTER.clearing, LOOK));
  }

  private async pushLogs(more = ''): Promise<void> {
    const { memory, self } = this.runner.parts;
    const { bucket } = this.runner;
    if (memory.hasAppLog) {
      const body = `app log of ${self.instanceId}`;
      await bucket.send(
        { method: 'PUT', key: self.keys.appLog, body, metadata: self.writtenBy },
        this.part(AFTER.appLog),
      );
    }
    const body = `log of ${self.instanceId} ${more}`;
    await bucket.send({ method: 'PUT', key: self.keys.ec2Log, body, metadata: self.writtenBy }, this.part(AFTER.log));
  }

  /** One of the parts without which the record is owed all the same. */
  private async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof JobFailure)) throw error;
    }
  }
}

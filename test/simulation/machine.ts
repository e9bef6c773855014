import { parseJobLine } from '../../contract/job-line';
import { WRITER_METADATA } from '../../contract/keys';
import type { Bucket } from './bucket';
import { Caller, type Chance } from './caller';
import type { History, InstanceFacts } from './history';
import type { Instance } from './instances';
import { type AppPlan, Runner } from './runner';
import { RunnerBucket } from './runner-bucket';
import { type Identity, jobKeys, type Memory, newMemory } from './runner-memory';

/** How a machine tells EC2 of its end. */
export interface Power {
  off(instance: Instance, why: 'itself' | 'host'): void;
}

interface MachineOptions {
  instance: Instance;
  chance: Chance;
  objects: Bucket;
  history: History;
  power: Power;
  plan: AppPlan;
  facts: InstanceFacts;
  /** Of `ec2_timeout`, in milliseconds. */
  timeout: number;
}

const GRACE = 180_000;
const NEVER = 1e12;
/** systemd's patience with a unit that it stops, in milliseconds. */
const STOP = 150_000;
/** The runner's own timer ends it so long before the machine goes off. */
const LAST_RECORD = 25_000;

/** What is on an instance: boot, the runner's processes, the timers that end them, and the way off. */
export class Machine {
  private memory: Memory | undefined;
  private runner: Runner | undefined;
  private hasBegun = false;
  private isRestarted = false;
  /** It has asked for something since it has the job. */
  private isPastClaim = false;
  private isOff = false;
  private isGoingDown = false;
  private boots = 0;
  private readonly isTimerBroken: boolean;

  constructor(private readonly options: MachineOptions) {
    this.isTimerBroken = options.chance.faults.happens('own timer broken');
    // Nothing on the machine ends it then: the guard has to.
    if (this.isTimerBroken && options.chance.random.chance(0.5)) options.plan.prepares = NEVER;
  }

  boot(): void {
    const { chance, facts } = this.options;
    const boot = ++this.boots;
    const isBroken = chance.faults.happens('runner never starts');
    chance.clock.after(chance.random.between(6_000, 20_000), () => {
      if (this.isOff || this.isGoingDown || boot !== this.boots) return;
      if (!isBroken) return this.begin();
      facts.mishaps.push('runner never starts');
      void this.lastRecord();
    });
  }

  /** The system shuts down in order, for so long at most; then the machine is off. */
  shutDown(done: () => void): void {
    const { chance } = this.options;
    const end = () => {
      if (this.onOff !== done) return;
      this.onOff = () => undefined;
      this.cut();
      done();
    };
    this.onOff = done;
    this.isGoingDown = true;
    if (this.isOff || !this.runner || this.memory?.isDone) {
      chance.clock.after(chance.random.between(1_000, 5_000), end);
      return;
    }
    this.options.facts.mishaps.push('shut down');
    if (!this.isTimerBroken) this.runner?.interrupt();
    chance.clock.after(chance.random.spread(20_000, STOP), end);
    this.onEnded = end;
  }

  private onOff: () => void = () => undefined;

  /** The machine is gone at once. */
  cut(): void {
    this.isOff = true;
    if (this.runner) this.runner.parts.caller.isAlive = false;
  }

  /** Everything in memory is lost, and the system boots anew. */
  restart(): void {
    if (this.isOff || this.isGoingDown) return;
    this.options.facts.mishaps.push('restarted');
    if (this.runner) this.runner.parts.caller.isAlive = false;
    this.isRestarted = this.hasBegun;
    this.memory = undefined;
    this.runner = undefined;
    this.boot();
  }

  private onEnded: () => void = () => this.powerOff();

  private begin(): void {
    const { chance, timeout } = this.options;
    this.memory = newMemory(chance.clock.now, timeout, GRACE);
    this.hasBegun = true;
    this.setTimer(this.memory, this.boots);
    void this.follow(this.start(this.memory).run());
  }

  /** A process of the runner, which may be killed at any request. */
  private start(memory: Memory): Runner {
    const { instance, chance, objects, plan, facts } = this.options;
    const self = identityOf(instance);
    const caller = new Caller(instance.id, chance);
    caller.dies = () => this.dies();
    if (facts.mishaps.includes('no network')) caller.cutOffUntil = Number.POSITIVE_INFINITY;
    const { isRestarted } = this;
    this.runner = new Runner({ caller, chance, objects, self, memory, plan, facts, isRestarted });
    return this.runner;
  }

  private dies(): boolean {
    const { faults, random } = this.options.chance;
    const isAtClaim = this.memory?.isClaimed && !this.isPastClaim;
    this.isPastClaim ||= this.memory?.isClaimed ?? false;
    if (faults.happens('machine dies')) this.die('host');
    else if (isAtClaim && faults.happens('machine dies at its claim')) this.die(random.pick(['host', 'itself']));
    else if (faults.happens('runner killed')) this.kill('killed');
    else return false;
    return true;
  }

  private die(why: 'itself' | 'host'): void {
    this.options.facts.mishaps.push('machine died');
    this.cut();
    this.options.power.off(this.options.instance, why);
  }

  /** The runner's process is killed; `finish` comes after it. */
  private kill(why: string): void {
    const { facts, chance } = this.options;
    facts.mishaps.push(why);
    if (this.runner) this.runner.parts.caller.isAlive = false;
    const { memory, boots } = this;
    if (!memory || memory.isDone) {
      this.onEnded();
      return;
    }
    // What the app had not finished when its unit was stopped.
    if (memory.phases.at(-1)?.name === 'app') memory.hasAppResult = true;
    chance.clock.after(chance.random.between(200, 2_000), () => {
      if (this.isOff || boots !== this.boots) return;
      const last = this.start(memory);
      last.parts.caller.dies = () => chance.faults.happens('runner killed') && this.endLater();
      void this.follow(last.finish('signal'));
    });
  }

  private endLater(): true {
    this.options.chance.clock.after(100, () => this.onEnded());
    return true;
  }

  private async follow(process: Promise<void>): Promise<void> {
    const { runner, boots } = this;
    try {
      await process;
    } catch (error) {
      this.options.history.note('defect of the model', this.options.instance.id, (error as Error).stack);
      throw error;
    }
    if (this.runner === runner && boots === this.boots) this.onEnded();
  }

  /** The runner's own timer: its record while there is time, then off. */
  private setTimer(memory: Memory, boot: number): void {
    const { chance } = this.options;
    if (this.isTimerBroken) return;
    const isOver = () => this.isOff || boot !== this.boots || this.isGoingDown;
    chance.clock.after(memory.powerOffAt - LAST_RECORD - chance.clock.now, () => {
      if (!isOver()) this.kill('own deadline');
    });
    chance.clock.after(memory.powerOffAt - chance.clock.now, () => {
      if (!isOver()) this.powerOff();
    });
  }

  private powerOff(): void {
    if (this.isOff) return;
    this.cut();
    this.options.power.off(this.options.instance, 'itself');
  }

  /** last-record.sh: a record where the runner does not run at all, and the log after it. */
  private async lastRecord(): Promise<void> {
    const { instance, chance, objects } = this.options;
    const { keys } = identityOf(instance);
    const bucket = new RunnerBucket(new Caller(instance.id, chance), objects, chance);
    // Curl tries each three times more.
    const limit = () => chance.clock.now + LAST_RECORD;
    const body = this.lastStatus();
    const condition = { ifNoneMatch: '*' };
    const answer = await bucket.send({ method: 'PUT', key: keys.status, body, condition }, limit());
    if (answer.status === 200) await bucket.send({ method: 'PUT', key: keys.ec2Log, body: 'last' }, limit());
    this.onEnded();
  }

  private lastStatus(): string {
    const { instance, chance } = this.options;
    const { job, jobId } = identityOf(instance);
    return JSON.stringify({
      job_id: jobId,
      state: 'FAILED',
      reason: 'LOST',
      message: 'the runner could not be run on this image',
      exit_code: null,
      attempt: job.attempt,
      instance_id: instance.id,
      input_key: job.key,
      input_version: job.versionId || null,
      input_sequencer: job.sequencer || null,
      updated: new Date(chance.clock.now).toISOString(),
    });
  }
}

/** Only a key that names a job is ever launched. */
function identityOf(instance: Instance): Identity {
  const job = parseJobLine(instance.userData);
  const keys = job && jobKeys(job);
  if (!job || !keys) throw new Error(`${instance.id} has no job`);
  const { id: instanceId, imageId, type, launched, tags } = instance;
  const templateVersion = tags['aws:ec2launchtemplate:version'] ?? '';
  const writtenBy = { [WRITER_METADATA]: instanceId };
  return { instanceId, writtenBy, job, ...keys, imageId, type, templateVersion, launched };
}

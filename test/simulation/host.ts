import { parseJobLine } from '../../contract/job-line';
import type { Fault } from './faults';
import type { InstanceFacts, Upload } from './history';
import { type Instance, REASONS } from './instances';
import { Machine } from './machine';
import type { AppPlan } from './runner';
import type { Services } from './services';

const SECOND = 1_000;
/** `ec2_timeout`, 3 minutes and 20 more: when the guard must have ended an instance (docs/operating.md). */
const MARGIN = (180 + 1200) * SECOND;
const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** Runs the machines of a world's instances, and lets happen to them what happens to instances. */
export class Host {
  private readonly machines = new Map<string, Machine>();

  constructor(private readonly services: Services) {}

  connect(): void {
    const { ec2, history } = this.services;
    ec2.host = {
      accepted: (instance) => this.accepted(instance),
      shutDown: (instance) => this.shutDown(instance, 'terminated'),
    };
    ec2.onAsked = (token, launch) => history.asked(token, launch);
    ec2.onRefused = (code, userData) => {
      history.upload(parseJobLine(userData)?.sequencer ?? '')?.refusals.add(code);
    };
  }

  private accepted(instance: Instance): void {
    const { chance, history } = this.services;
    const job = parseJobLine(instance.userData);
    const upload = history.upload(job?.sequencer ?? '');
    if (!job || !upload) throw new Error(`${instance.id} has no upload`);
    const timeout = timeoutOf(instance.tags.ec2_timeout);
    const facts: InstanceFacts = {
      id: instance.id,
      attempt: job.attempt,
      launched: chance.clock.now,
      deadline: timeout + MARGIN,
      appBegan: [],
      mishaps: [],
    };
    upload.instances.push(facts);
    this.factsOf.set(instance.id, facts);
    history.note('launched', instance.id, upload.jobId, `attempt ${job.attempt}`);
    if (chance.faults.happens('instance never runs')) this.neverRuns(instance, facts);
    else this.starts(instance, facts, upload, timeout);
  }

  private neverRuns(instance: Instance, facts: InstanceFacts): void {
    const { ec2, chance } = this.services;
    facts.mishaps.push('never ran');
    chance.clock.after(chance.random.between(500, 30_000), () => {
      if (instance.state !== 'pending') return;
      ec2.ending(instance, chance.random.pick([REASONS.capacity, REASONS.host]), 'shutting-down');
      this.move(instance, 'terminated', facts);
    });
  }

  private starts(instance: Instance, facts: InstanceFacts, upload: Upload, timeout: number): void {
    const { chance, history, objects, ec2 } = this.services;
    const power = {
      off: (one: Instance, why: 'itself' | 'host') => {
        ec2.ending(one, REASONS[why], 'shutting-down');
        chance.clock.after(chance.random.between(500, 5_000), () => this.move(one, 'terminated', facts));
      },
    };
    const plan = planOf(this.services, timeout);
    if (chance.faults.happens('instance without network')) facts.mishaps.push('no network');
    const machine = new Machine({ instance, chance, objects, history, power, plan, facts, timeout });
    this.machines.set(instance.id, machine);
    chance.clock.after(chance.random.between(1_000, 8_000), () => {
      if (instance.state !== 'pending') return;
      ec2.instances.move(instance, 'running');
      machine.boot();
      this.mayBeHit(instance, facts, upload);
    });
  }

  private readonly factsOf = new Map<string, InstanceFacts>();

  /** What EC2 and people do to instances that run. */
  private mayBeHit(instance: Instance, facts: InstanceFacts, upload: Upload): void {
    const { ec2, chance } = this.services;
    const end = (code: string, to: 'terminated' | 'stopped') => () => {
      facts.mishaps.push(code);
      ec2.ending(instance, code, to === 'stopped' ? 'stopping' : 'shutting-down');
      this.shutDown(instance, to);
    };
    this.once(instance, 'Spot interruption', end(REASONS.spot, 'terminated'));
    this.once(instance, 'instance stopped', end(REASONS.retired, 'stopped'));
    this.once(instance, 'instance stopped by a person', () => {
      upload.cancelled.push(chance.clock.now);
      end(REASONS.user, 'stopped')();
    });
    this.once(instance, 'instance restarted', () => this.machines.get(instance.id)?.restart());
    this.once(instance, 'host lost', () => {
      facts.mishaps.push('host lost');
      this.machines.get(instance.id)?.cut();
      ec2.ending(instance, REASONS.host, 'shutting-down');
      chance.clock.after(chance.random.between(500, 60_000), () => this.move(instance, 'terminated', facts));
    });
    this.once(instance, 'instance ended by a person', () => {
      facts.mishaps.push('ended by a person');
      upload.cancelled.push(chance.clock.now);
      ec2.terminate(instance);
    });
  }

  private once(instance: Instance, fault: Fault, run: () => void): void {
    const { chance, history } = this.services;
    if (!chance.faults.happens(fault)) return;
    chance.clock.after(chance.random.spread(1_000, 3_600_000), () => {
      if (instance.state !== 'running') return;
      history.note(fault, instance.id);
      run();
    });
  }

  private shutDown(instance: Instance, to: 'terminated' | 'stopped'): void {
    const facts = this.factsOf.get(instance.id);
    const machine = this.machines.get(instance.id);
    if (!facts || !machine) return void this.services.chance.clock.after(2_000, () => this.move(instance, to, facts));
    machine.shutDown(() => this.move(instance, to, facts));
  }

  private move(instance: Instance, to: 'terminated' | 'stopped', facts?: InstanceFacts): void {
    const { ec2, chance, history } = this.services;
    if (instance.state === 'terminated' || (to === 'stopped' && instance.state !== 'stopping')) return;
    if (to === 'terminated' && facts) facts.ended = chance.clock.now;
    history.note(to, instance.id);
    ec2.instances.move(instance, to);
    if (to !== 'terminated') return;
    this.machines.delete(instance.id);
    this.factsOf.delete(instance.id);
  }
}

function planOf({ chance: { random, faults } }: Services, timeout: number): AppPlan {
  const ends = faults.happens('app fails') ? 'failure' : faults.happens('app makes no output') ? 'no output' : 'output';
  return {
    prepares: random.spread(500, 60_000),
    runs: faults.happens('app hangs') ? 2 * timeout : random.spread(2 * SECOND, timeout),
    ends,
    hasLog: random.chance(0.5),
    isLarge: random.chance(0.2),
  };
}

/** Milliseconds; what cannot be read counts as an hour, the default. */
function timeoutOf(text = ''): number {
  const [, number, unit = ''] = /^(\d+)([smh])$/.exec(text) ?? [];
  return number ? Number(number) * (UNITS[unit] ?? 1) * SECOND : 3600 * SECOND;
}

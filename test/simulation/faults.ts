import type { Random } from './random';

/** What goes wrong, with how likely it is each time that it could. */
const MISHAPS = {
  // calls of AWS
  'S3 fails': 0.004,
  'S3 answer lost': 0.004,
  'S3 writes meet': 0.003,
  'EC2 fails': 0.01,
  'EC2 answer lost': 0.02,
  'SQS fails': 0.01,
  'Image Builder fails': 0.01,
  'EventBridge fails': 0.01,
  'SNS fails': 0.02,
  'call is slow': 0.005,
  // deliveries
  'upload event late': 0.05,
  'upload event twice': 0.05,
  'status event late': 0.03,
  'status event twice': 0.03,
  'message delivered twice': 0.02,
  'state event lost': 0.03,
  'state event late': 0.05,
  'state event twice': 0.05,
  'bake event lost': 0.1,
  'bake event twice': 0.1,
  'bake event late': 0.1,
  'schedule calls twice': 0.05,
  // functions
  'function killed': 0.002,
  'function environment gone': 0.1,
  // EC2
  'EC2 request bucket empty': 0.02,
  'instance seen late': 0.1,
  'description behind': 0.1,
  'tags gone early': 0.05,
  'instance never runs': 0.02,
  'Spot interruption': 0.02,
  'host lost': 0.01,
  'instance stopped': 0.005,
  'instance stopped by a person': 0.005,
  'instance restarted': 0.01,
  'instance ended by a person': 0.01,
  // instances
  'runner killed': 0.0008,
  'machine dies': 0.0005,
  'machine dies at its claim': 0.05,
  'runner never starts': 0.01,
  'own timer broken': 0.02,
  'instance without network': 0.01,
  // apps
  'app fails': 0.08,
  'app hangs': 0.03,
  'app makes no output': 0.03,
} as const;

/** What people do, and spells of EC2's: how likely each is for a job or on a day, however stormy it is otherwise. */
const HABITS = {
  'S3 is down for a while': 0.05,
  'EC2 is down for a while': 0.05,
  'quota used up': 0.1,
  'subnet without capacity': 0.15,
  'type not offered': 0.02,
  'job cancelled': 0.06,
  'job uploaded again': 0.15,
  'status taken away': 0.03,
  'status written over': 0.03,
  'started by a schedule': 0.8,
  'schedule without input': 0.1,
  'version in the key': 0.03,
  'key that names no job': 0.01,
  'settings overridden': 0.4,
  'rolled back': 0.15,
  deployed: 0.3,
  'deploy taken back': 0.3,
  'image deleted': 0.06,
  'bake fails': 0.15,
  'bake started by hand': 0.4,
} as const;

export type Fault = keyof typeof MISHAPS | keyof typeof HABITS;
const FAULTS: Readonly<Record<Fault, number>> = { ...MISHAPS, ...HABITS };
export const FAULT_KINDS = Object.keys(FAULTS) as Fault[];

/** Which faults there are in one world, and how often each has happened. */
export class Faults {
  readonly counts = new Map<Fault, number>();
  /** From now on nothing goes wrong any more. */
  isOver = false;

  /** @param storm how much more likely than usual each mishap is */
  constructor(
    private readonly random: Random,
    private readonly kinds: ReadonlySet<Fault>,
    private readonly storm: number,
  ) {}

  happens(fault: Fault): boolean {
    if (this.isOver || !this.kinds.has(fault)) return false;
    if (!this.random.chance(FAULTS[fault] * (fault in HABITS ? 1 : this.storm))) return false;
    this.counts.set(fault, (this.counts.get(fault) ?? 0) + 1);
    return true;
  }
}

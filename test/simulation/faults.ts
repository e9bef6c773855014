import type { Random } from './random';

/** Every kind of fault, with how likely it is each time that it could happen. */
export const FAULTS = {
  // calls of AWS
  'S3 fails': 0.004,
  'S3 answer lost': 0.004,
  'S3 writes meet': 0.003,
  'S3 is down for a while': 0.05,
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
  // functions
  'function killed': 0.002,
  'function environment gone': 0.1,
  // EC2
  'quota used up': 0.1,
  'subnet without capacity': 0.15,
  'type not offered': 0.02,
  'EC2 request bucket empty': 0.02,
  'instance seen late': 0.1,
  'description behind': 0.1,
  'tags gone early': 0.05,
  'instance never runs': 0.02,
  'Spot interruption': 0.02,
  'host lost': 0.01,
  'instance stopped': 0.005,
  'instance restarted': 0.01,
  'instance ended by a person': 0.01,
  // instances
  'runner killed': 0.0008,
  'machine dies': 0.0005,
  'runner never starts': 0.01,
  'own timer broken': 0.02,
  'instance without network': 0.01,
  // apps
  'app fails': 0.08,
  'app hangs': 0.03,
  'app makes no output': 0.03,
  // people
  'job cancelled': 0.06,
  'job uploaded again': 0.15,
  'version in the key': 0.05,
  'key that names no job': 0.01,
  'settings overridden': 0.5,
  'rolled back': 0.5,
  deployed: 0.5,
  'deploy taken back': 0.3,
  'image deleted': 0.3,
  'bake fails': 0.15,
  'bake started by hand': 0.5,
} as const;

export type Fault = keyof typeof FAULTS;
export const FAULT_KINDS = Object.keys(FAULTS) as Fault[];

/** Which faults there are in one world, and how often each has happened. */
export class Faults {
  readonly counts = new Map<Fault, number>();
  /** From now on nothing goes wrong any more. */
  isOver = false;

  /** @param storm how much more likely than usual each is */
  constructor(
    private readonly random: Random,
    private readonly kinds: ReadonlySet<Fault>,
    private readonly storm: number,
  ) {}

  happens(fault: Fault): boolean {
    if (this.isOver || !this.kinds.has(fault) || !this.random.chance(Math.min(0.9, FAULTS[fault] * this.storm)))
      return false;
    this.counts.set(fault, (this.counts.get(fault) ?? 0) + 1);
    return true;
  }
}

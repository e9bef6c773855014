import type { Clock } from './clock';
import type { Fault, Faults } from './faults';
import type { Random } from './random';

export type ServiceName = 'S3' | 'EC2' | 'SQS' | 'Image Builder' | 'EventBridge' | 'SNS' | 'CloudFormation';

/** What every part of a world hangs on. */
export interface Chance {
  clock: Clock;
  random: Random;
  faults: Faults;
  /** Services that answer nobody at present. */
  down: Set<ServiceName>;
}

/** How a client repeats what failed. */
interface Retries {
  tries: number;
  /** Error codes that it does not repeat although they look like an outage. */
  exceptFor?: ReadonlySet<string>;
}

const THROTTLED = /^(RequestLimitExceeded|Throttl|SlowDown|TooManyRequests)/;
/** Milliseconds that a client waits for an answer, and the least and most of a usual one. */
const NO_ANSWER = 10_000;
const USUAL = [5, 60] as const;

/** An error as the SDK throws it; without a status no answer came. */
export class CallError extends Error {
  readonly $metadata: { httpStatusCode?: number };

  constructor(
    override readonly name: string,
    message: string,
    status?: number,
  ) {
    super(message);
    this.$metadata = { httpStatusCode: status };
  }
}

/**
 * Whoever calls AWS: an environment of a function, an instance, a person. One that is dead never hears an answer, so that
 * its code stops where it waits, as that of a process does that is killed.
 */
export class Caller {
  isAlive = true;
  /** Asked before and after each effect: whether the caller dies now. */
  dies: (() => boolean) | undefined;
  /** Until then nothing of it arrives. */
  cutOffUntil = 0;

  constructor(
    readonly name: string,
    private readonly chance: Chance,
  ) {}

  /** Resolves after so many milliseconds, for one that still lives. */
  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.chance.clock.after(milliseconds, () => this.isAlive && resolve());
    });
  }

  /** A call with the retries of the SDK. Throws what `effect` throws, and what the network does. */
  async call<T>(service: ServiceName, effect: () => T, { tries, exceptFor }: Retries = { tries: 3 }): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.once(service, effect);
      } catch (error) {
        const known = error as CallError;
        if (attempt >= tries || exceptFor?.has(known.name) || !mayPass(known)) throw error;
        await this.sleep(this.chance.random.between(0, 500) * 2 ** (attempt - 1));
      }
    }
  }

  /** One request: on its way, done or not, answered or not. */
  async once<T>(service: ServiceName, effect: () => T): Promise<T> {
    const { random, faults, clock } = this.chance;
    await this.sleep(faults.happens('call is slow') ? random.between(500, 9_000) : random.between(...USUAL));
    if (this.cutOffUntil > clock.now) {
      await this.sleep(NO_ANSWER);
      throw new CallError('TimeoutError', 'no answer');
    }
    this.mayDie();
    if (!this.isAlive) return never();
    if (this.chance.down.has(service)) throw outage(random);
    if (isFaulty(service) && faults.happens(`${service} fails`)) throw outage(random);
    const result = effect();
    this.mayDie();
    if (!this.isAlive) return never();
    if (service === 'S3' || service === 'EC2') await this.mayLoseAnswer(`${service} answer lost`);
    return result;
  }

  private async mayLoseAnswer(fault: Fault): Promise<void> {
    const { random, faults } = this.chance;
    if (!faults.happens(fault)) return;
    if (random.chance(0.5)) throw outage(random);
    await this.sleep(NO_ANSWER);
    throw new CallError('TimeoutError', 'no answer');
  }

  private mayDie(): void {
    if (this.isAlive && this.dies?.()) this.isAlive = false;
  }
}

function isFaulty(service: ServiceName): service is Exclude<ServiceName, 'CloudFormation'> {
  return service !== 'CloudFormation';
}

function outage(random: Random): CallError {
  return random.chance(0.5)
    ? new CallError('InternalError', 'an internal error has occurred', 500)
    : new CallError('ServiceUnavailable', 'reduce your request rate', 503);
}

function mayPass({ name, $metadata }: CallError): boolean {
  const status = $metadata?.httpStatusCode ?? 0;
  return status === 0 || status >= 500 || status === 429 || THROTTLED.test(name);
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}

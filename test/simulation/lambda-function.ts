import { Caller, type Chance } from './caller';
import type { History } from './history';

/** What became of one invocation. A function that was killed has no answer. */
export type Outcome = { isDone: true; answer: unknown } | { isDone: false };

export interface Context {
  getRemainingTimeInMillis(): number;
}
export type Handler = (event: never, context: Context) => Promise<unknown>;

interface Environment {
  caller: Caller;
  handler: Handler;
}

interface FunctionOptions {
  name: string;
  /** Milliseconds. */
  timeout: number;
  /** The function's code with clients of its own, once for each environment. */
  create(caller: Caller): Handler;
}

const COLD_START = 400;
/** Lambda's pauses before it tries an asynchronous invocation again ("Error handling for asynchronous invocation"). */
const RETRY_PAUSES = [60_000, 120_000];

/** A function of Lambda: environments that live on between invocations, and die at any call. */
export class LambdaFunction {
  private readonly idle: Environment[] = [];
  private count = 0;
  /** Invocations that are under way. */
  running = 0;

  constructor(
    private readonly options: FunctionOptions,
    private readonly chance: Chance,
    private readonly history: History,
  ) {}

  /** Asynchronously, with Lambda's two further tries. */
  async invokeLater(event: object, isGivenUp: () => void = () => undefined): Promise<void> {
    for (const pause of [...RETRY_PAUSES, undefined]) {
      const outcome = await this.invoke(event);
      if (outcome.isDone) return;
      if (pause !== undefined) await this.chance.clock.sleep(pause);
    }
    this.history.note('gave up', this.options.name, event);
    isGivenUp();
  }

  async invoke(event: object): Promise<Outcome> {
    const { clock } = this.chance;
    this.running++;
    const environment = this.idle.pop() ?? this.start();
    const { caller, handler } = environment;
    const end = clock.now + this.options.timeout;
    const outcome = await new Promise<Outcome>((resolve) => {
      const timer = clock.after(this.options.timeout, () => {
        caller.isAlive = false;
        resolve({ isDone: false });
      });
      caller.dies = () => this.dies(resolve);
      const context = { getRemainingTimeInMillis: () => end - clock.now };
      handler(event as never, context)
        .then((answer) => resolve({ isDone: true, answer }))
        .catch((error) => {
          this.history.note('failed', this.options.name, error);
          resolve({ isDone: false });
        })
        .finally(() => {
          timer.isDone = true;
        });
    });
    this.running--;
    if (caller.isAlive && !this.chance.faults.happens('function environment gone')) this.idle.push(environment);
    else caller.isAlive = false;
    return outcome;
  }

  private dies(resolve: (outcome: Outcome) => void): boolean {
    if (!this.chance.faults.happens('function killed')) return false;
    this.history.note('killed', this.options.name);
    resolve({ isDone: false });
    return true;
  }

  private start(): Environment {
    const caller = new Caller(`${this.options.name}-${++this.count}`, this.chance);
    const handler = this.options.create(caller);
    const cold: Handler = async (event, context) => {
      await caller.sleep(COLD_START);
      environment.handler = handler;
      return handler(event, context);
    };
    const environment: Environment = { caller, handler: cold };
    return environment;
  }
}

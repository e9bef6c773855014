import { setTimeout as pause } from 'node:timers/promises';
import type { DeployedFunction } from '../../contract/function-env';
import { type Deployment, deployFunction } from './deploy-function';
import type { LambdaProcess } from './lambda-process';

/** EventBridge takes a moment too; by then a machine that was meant for one job alone may be closed. */
const DELIVERY_MS = 300;
/** Invocations of an asynchronous event, the first included: what Lambda does for one whose handler throws. */
const TRIES = 3;

/**
 * A deployed function that is bundled and started at its first event, because many a local machine never has one.
 */
export class AsyncInvocation {
  private process: LambdaProcess | undefined;
  private readonly closing = new AbortController();
  private readonly underWay = new Set<Promise<void>>();

  constructor(
    private readonly deployment: Deployment,
    private readonly deployed: DeployedFunction,
    private readonly onLog?: (line: string) => void,
  ) {}

  /** Invokes the function and waits for its answer. */
  invoke(event: unknown): Promise<unknown> {
    if (this.closing.signal.aborted) return Promise.reject(new Error(`the function ${this.deployed.name} is closed`));
    this.process ??= deployFunction(this.deployment, this.deployed, this.onLog);
    return this.process.invoke(event);
  }

  /** Hands an event over, as EventBridge does: nobody waits, and it is tried again. Resolves when that is over. */
  async send(event: unknown): Promise<void> {
    const work = this.deliver(event);
    this.underWay.add(work);
    await work.finally(() => this.underWay.delete(work));
  }

  /** How many events are being handled. */
  get busy(): number {
    return this.underWay.size;
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.process?.close();
    await Promise.all(this.underWay);
  }

  private async deliver(event: unknown): Promise<void> {
    const { signal } = this.closing;
    const { onLine, failures } = this.deployment;
    const { name } = this.deployed;
    let last: unknown;
    await pause(DELIVERY_MS, undefined, { signal }).catch(() => undefined);
    for (let attempt = 1; attempt <= TRIES && !signal.aborted; attempt++) {
      try {
        await this.invoke(event);
        return;
      } catch (error) {
        last = error;
        if (attempt < TRIES && !signal.aborted) onLine(`${name}: ${String(error)}`);
      }
    }
    if (!signal.aborted) failures.add(name, last);
  }
}

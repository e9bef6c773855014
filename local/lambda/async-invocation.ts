import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { bundle } from '../../build/bundle';
import { LambdaProcess } from './lambda-process';

export interface AsyncInvocationOptions {
  /** The folder in lambda/. */
  name: string;
  /** Folder for the bundles. */
  dir: string;
  environment: Record<string, string>;
  onLine: (line: string) => void;
  /** Told of an event that was given up. */
  onFailure: (error: unknown) => void;
}

/** EventBridge takes a moment too; by then a machine that was meant for one job alone may be closed. */
const DELIVERY_MS = 300;
/** Invocations of an asynchronous event, the first included: what Lambda does for one whose handler throws. */
const TRIES = 3;

/**
 * A deployed function that is bundled and started at its first event, because many a local machine never has one.
 */
export class AsyncInvocation {
  #process: LambdaProcess | undefined;
  readonly #closing = new AbortController();
  readonly #underWay = new Set<Promise<void>>();

  constructor(private readonly options: AsyncInvocationOptions) {}

  /** Invokes the function and waits for its answer. */
  invoke(event: unknown): Promise<unknown> {
    const { name, dir, environment, onLine } = this.options;
    if (this.#closing.signal.aborted) return Promise.reject(new Error(`the function ${name} is closed`));
    this.#process ??= new LambdaProcess({
      file: bundle(path.join(dir, 'lambda'), [name])[name] as string,
      environment,
      onLog: (line) => onLine(`${name}: ${line}`),
    });
    return this.#process.invoke(event);
  }

  /** Hands an event over, as EventBridge does: nobody waits, and it is tried again. Resolves when that is over. */
  async send(event: unknown): Promise<void> {
    const work = this.#deliver(event);
    this.#underWay.add(work);
    await work.finally(() => this.#underWay.delete(work));
  }

  /** How many events are being handled. */
  get busy(): number {
    return this.#underWay.size;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#process?.close();
    await Promise.all(this.#underWay);
  }

  async #deliver(event: unknown): Promise<void> {
    const { signal } = this.#closing;
    let last: unknown;
    await pause(DELIVERY_MS, undefined, { signal }).catch(() => undefined);
    for (let attempt = 1; attempt <= TRIES && !signal.aborted; attempt++) {
      try {
        await this.invoke(event);
        return;
      } catch (error) {
        last = error;
        if (attempt < TRIES && !signal.aborted) this.options.onLine(`${this.options.name}: ${String(error)}`);
      }
    }
    if (!signal.aborted) this.options.onFailure(last);
  }
}

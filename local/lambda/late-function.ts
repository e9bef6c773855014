import path from 'node:path';
import { bundle } from '../../build/bundle';
import { LambdaProcess } from './lambda-process';

export interface LateFunctionOptions {
  /** The folder in lambda/. */
  name: string;
  /** Folder for the bundles. */
  dir: string;
  environment: Record<string, string>;
  onLine: (line: string) => void;
}

/** Invocations of an asynchronous event, the first included: what Lambda does for one whose handler throws. */
const TRIES = 3;

/**
 * A deployed function that is bundled and started at its first event, because many a local machine never has one.
 */
export class LateFunction {
  #process: LambdaProcess | undefined;
  #closed = false;
  readonly #underWay = new Set<Promise<void>>();

  constructor(private readonly options: LateFunctionOptions) {}

  /** Invokes the function and waits for its answer. */
  invoke(event: unknown): Promise<unknown> {
    const { name, dir, environment, onLine } = this.options;
    if (this.#closed) return Promise.reject(new Error(`the function ${name} is closed`));
    this.#process ??= new LambdaProcess({
      file: bundle(path.join(dir, 'lambda'), [name])[name] as string,
      environment,
      onLog: (line) => onLine(`${name}: ${line}`),
    });
    return this.#process.invoke(event);
  }

  /** Hands an event over, as EventBridge does: nobody waits, and it is tried again. Settles when that is over. */
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
    this.#closed = true;
    await this.#process?.close();
    await Promise.all(this.#underWay);
  }

  async #deliver(event: unknown): Promise<void> {
    for (let attempt = 1; attempt <= TRIES && !this.#closed; attempt++) {
      try {
        await this.invoke(event);
        return;
      } catch (error) {
        if (!this.#closed) this.options.onLine(`${this.options.name}: ${String(error)}`);
      }
    }
  }
}

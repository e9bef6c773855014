import { UserError } from '../../contract/user-error';

/** A function that was not done in time. On a busy machine it may be the next time. */
export class FunctionTimeout extends Error {}

const LONGEST = 500;

/**
 * What the functions of a machine could not do. On AWS an alarm tells of it and the queue tries again; here nobody
 * waits for that, and nothing is repaired by waiting.
 */
export class FunctionFailures {
  private readonly controller = new AbortController();
  private readonly timedOut = new Set<string>();

  constructor(private readonly onLine: (line: string) => void) {}

  /** Aborted, with a UserError, once a function does not do its work. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** A failed invocation of the function `name`, after whatever tries it has. */
  add(name: string, error: unknown): void {
    const text = (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ').trim().slice(0, LONGEST);
    this.onLine(`${name}: ${text}`);
    if (error instanceof FunctionTimeout && !this.timedOut.has(name)) {
      this.timedOut.add(name);
      return;
    }
    this.controller.abort(new UserError(`the ${name} function does not work on this machine: ${text}`));
  }
}

import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { FunctionTimeout } from './failures';

/** What a function under test or in local mode is made of. */
export interface LambdaOptions {
  /** The bundled file that exports `handler`: the one that is deployed. */
  file: string;
  /** The whole environment of the function; of this process it gets PATH alone, be it by way of the home directory. */
  environment: Record<string, string>;
  /** Receives each line that the function logs. */
  onLog?: (line: string) => void;
}

interface Pending {
  child: ChildProcess;
  resolve(value: unknown): void;
  reject(error: Error): void;
  timer: NodeJS.Timeout;
}

interface Answer {
  id: number;
  value?: unknown;
  error?: string;
}

/** After which an invocation is given up and the process is replaced, as Lambda does. */
const LIMIT_MS = 60_000;
/** How Node.js shows an error that nobody caught. */
const UNCAUGHT = /^(?:Node|\w*)Error\b.*|^\w*Error \[\w+\].*/;

/**
 * A Lambda function in a process of its own: the very bundle that is deployed, with only the environment it would have.
 *
 * One process serves all invocations, like a warm execution environment; a crash or a timeout replaces it.
 */
export class LambdaProcess {
  private child: ChildProcess | undefined;
  private next = 0;
  private readonly pending = new Map<number, Pending>();

  constructor(private readonly options: LambdaOptions) {}

  /** Starts the process ahead of its first event: loading the SDK takes longer than most of what it does then. */
  warmUp(): void {
    this.start();
  }

  /**
   * Invokes the handler. Rejects with the handler's own error, when the function crashes, with what it said last, and
   * with a {@link FunctionTimeout} when it takes too long.
   */
  invoke(event: unknown): Promise<unknown> {
    const child = this.start();
    const id = this.next++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.fail(child, new FunctionTimeout(`the function was not done after ${LIMIT_MS} ms`));
        child.kill('SIGKILL');
      }, LIMIT_MS);
      this.pending.set(id, { child, resolve, reject, timer });
      // Of a process that has just ended its end tells more.
      child.send({ id, event }, () => {});
    });
  }

  /** Ends the process and waits until it is gone. */
  async close(): Promise<void> {
    const child = this.child;
    this.child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await gone;
  }

  private start(): ChildProcess {
    if (this.child) return this.child;
    const child = fork(path.join(__dirname, 'lambda-host.js'), [this.options.file], {
      env: { PATH: process.env.PATH ?? '', HOME: path.dirname(this.options.file), ...this.options.environment },
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    let error = '';
    for (const stream of [child.stdout, child.stderr]) {
      let rest = '';
      stream?.setEncoding('utf8').on('data', (text: string) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          if (UNCAUGHT.test(line)) error = line;
          this.options.onLog?.(line);
        }
      });
    }
    child.on('message', (answer: Answer) => this.resolve(answer));
    child.once('error', (cause) => this.fail(child, cause));
    child.once('exit', () => {
      if (this.child === child) this.child = undefined;
    });
    // Only then everything that it said is there.
    child.once('close', (code, signal) => {
      const how = `the function's process ended (${signal ?? `exit status ${code}`})`;
      this.fail(child, new Error(error ? `${how}: ${error}` : how));
    });
    this.child = child;
    return child;
  }

  private resolve({ id, value, error }: Answer): void {
    const pending = this.pending.get(id);
    if (!pending) return;
    this.pending.delete(id);
    clearTimeout(pending.timer);
    if (error === undefined) pending.resolve(value);
    else pending.reject(new Error(error));
  }

  private fail(child: ChildProcess, error: Error): void {
    for (const [id, { child: its, reject, timer }] of this.pending) {
      if (its !== child) continue;
      this.pending.delete(id);
      clearTimeout(timer);
      reject(error);
    }
  }
}

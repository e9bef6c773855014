import type { Bucket, Condition, ObjectVersion } from './bucket';
import type { CallError, Caller, Chance } from './caller';

/** S3's answer to one request of the runner; 0: there was none. */
export interface Answer {
  status: number;
  version?: ObjectVersion;
}

export interface Request {
  method: 'HEAD' | 'GET' | 'PUT' | 'DELETE';
  key: string;
  versionId?: string;
  condition?: Condition;
  body?: string;
  metadata?: Record<string, string>;
}

/** The job is being stopped: whoever waits gives up. */
export class Stopped extends Error {}

const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 15_000;

/** The bucket as the runner's own code asks for it (runner/s3.py, runner/aws.py): status codes, and its retries. */
export class RunnerBucket {
  /** Raised by `stop`: whatever is under way then ends with it. */
  private stops = 0;
  private isStopping = false;
  private readonly onStop = new Set<() => void>();
  /** Told of each request, for the comparison with the real runner. */
  onRequest: (request: Request) => void = () => undefined;

  constructor(
    private readonly caller: Caller,
    private readonly bucket: Bucket,
    private readonly chance: Chance,
  ) {}

  /** Ends what is under way; nothing new begins until `goOn`. */
  stop(): void {
    this.stops++;
    this.isStopping = true;
    for (const wake of [...this.onStop]) wake();
  }

  goOn(): void {
    this.isStopping = false;
  }

  check(): void {
    if (this.isStopping) throw new Stopped();
  }

  /** A pause that `stop` ends. */
  async pause(milliseconds: number): Promise<void> {
    this.check();
    const { stops } = this;
    await new Promise<void>((resolve) => {
      const wake = () => {
        this.onStop.delete(wake);
        resolve();
      };
      this.onStop.add(wake);
      void this.caller.sleep(milliseconds).then(wake);
    });
    if (stops !== this.stops) throw new Stopped();
  }

  /** Until there is an answer that is no fault of S3's or the network, or the time is over; then the last one. */
  async send(request: Request, limit: number): Promise<Answer> {
    for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      const answer = await this.once(request);
      const { status } = answer;
      const mayPass = status === 0 || status === 409 || status >= 500;
      if (!mayPass || limit - this.chance.clock.now < pause) return answer;
      await this.pause(pause);
    }
  }

  private async once(request: Request): Promise<Answer> {
    this.check();
    const { stops } = this;
    this.onRequest(request);
    let answer: Answer;
    try {
      answer = await this.caller.once('S3', () => this.answer(request));
    } catch (error) {
      answer = { status: (error as CallError).$metadata?.httpStatusCode ?? 0 };
    }
    if (stops !== this.stops) throw new Stopped();
    return answer;
  }

  private answer({ method, key, versionId, condition = {}, body = '', metadata }: Request): Answer {
    const { bucket, caller } = this;
    if (method === 'PUT') {
      const isConditional = condition.ifMatch !== undefined || condition.ifNoneMatch !== undefined;
      if (isConditional && this.chance.faults.happens('S3 writes meet')) return { status: 409 };
      return bucket.put(key, body, caller.name, condition, metadata);
    }
    if (method === 'DELETE')
      return { status: bucket.delete(key, caller.name, { versionId, ifMatch: condition.ifMatch }) ? 204 : 412 };
    const version = versionId ? bucket.version(key, versionId) : bucket.current(key);
    return version ? { status: 200, version } : { status: 404 };
  }
}

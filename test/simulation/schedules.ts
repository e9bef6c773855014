import { scheduledJobId, scheduledKey } from '../../contract/scheduled-job';
import { Caller } from './caller';
import { BUCKET, type Services } from './services';

const NAME = 'nightly';
const SOURCE = 'app_runner/scheduled/nightly.zip';
/** Scheduler's patience (infra/schedules.ts), in milliseconds. */
const PATIENCE = 3_600_000;
const TRIES = 185;

/**
 * EventBridge Scheduler with a schedule of infra/schedules.ts: copies an object to an input key with the planned time in
 * it, at least once ("What is Amazon EventBridge Scheduler?", EventBridge Scheduler User Guide), or leaves a dead letter.
 */
export class Schedules {
  private readonly caller: Caller;

  constructor(private readonly services: Services) {
    this.caller = new Caller('scheduler', services.chance);
  }

  /** A time of the schedule has come. */
  async start(): Promise<void> {
    const { chance, objects } = this.services;
    const time = `${new Date(chance.clock.now).toISOString().slice(0, 19)}Z`;
    if (chance.faults.happens('schedule without input')) return this.miss(time);
    const copy = () => void objects.put(scheduledKey(NAME, time), 'input of the schedule', 'scheduler');
    if (chance.faults.happens('schedule calls twice')) chance.clock.after(chance.random.spread(100, 600_000), copy);
    await this.caller.call('S3', copy, { tries: TRIES }).catch(() => this.miss(time));
  }

  /** The attributes are those of "Configuring a schedule's dead-letter queue" (EventBridge Scheduler User Guide). */
  private async miss(time: string): Promise<void> {
    const { chance, deadLetters, history } = this.services;
    history.missed.push(scheduledJobId(NAME, time));
    await this.caller.sleep(chance.random.between(0, PATIENCE));
    const body = JSON.stringify({ Bucket: BUCKET, CopySource: `${BUCKET}/${SOURCE}`, Key: scheduledKey(NAME) });
    deadLetters.send(body, 0, {
      attributes: {
        SCHEDULE_ARN: `arn:aws:scheduler:eu-west-1:000000000000:schedule/jobs/${NAME}`,
        SCHEDULED_TIME: time,
        ERROR_CODE: 'AWS.Scheduler.S3.AccessDenied',
        ERROR_MESSAGE: 'Access Denied',
      },
    });
  }
}

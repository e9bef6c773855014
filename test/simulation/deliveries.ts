import { OUTPUT_PREFIX, STATUS_SUFFIX } from '../../contract/keys';
import type { ObjectVersion } from './bucket';
import type { Fault } from './faults';
import type { Functions } from './functions';
import type { Instance } from './instances';
import type { LambdaFunction, Outcome } from './lambda-function';
import type { Message, Queue } from './queue';
import { BUCKET, type Services } from './services';

const MINUTE = 60_000;
const SCHEDULE = { source: 'lambda-ec2.schedule' };
const WATCHED = ['shutting-down', 'terminated', 'stopped'];

/** Everything by which AWS calls a function: events, queues and schedules, as infra/ sets them up. */
export class Deliveries {
  constructor(
    private readonly services: Services,
    private readonly functions: Functions,
  ) {}

  connect(): void {
    const { objects, ec2, imageBuilder, jobs, settings } = this.services;
    const { launch, publish } = this.functions;
    objects.onCreated = (version) => this.written(version);
    ec2.instances.onState = (instance) => this.changed(instance);
    imageBuilder.onState = ({ arn, status }) =>
      this.deliver(['bake event lost', 'bake event late', 'bake event twice'], [1_000, 60_000, 7_200_000], () =>
        publish.invokeLater({ resources: [arn], detail: { state: { status } } }),
      );
    poll(jobs, launch, { batch: 1, concurrency: settings.maxRunning > 0 ? 2 : 5 });
  }

  /** Rules of EventBridge; each begins at a time of its own. */
  startSchedules(): void {
    const { guard, publish, metrics } = this.functions;
    this.every(5 * MINUTE, () => guard.invokeLater(SCHEDULE));
    this.every(60 * MINUTE, () => publish.invokeLater(SCHEDULE));
    this.every(360 * MINUTE, () => metrics.invokeLater({}));
  }

  private every(milliseconds: number, run: () => Promise<void>): void {
    const { clock, random } = this.services.chance;
    const tick = () => {
      void run();
      clock.after(milliseconds, tick);
    };
    clock.after(random.between(0, milliseconds), tick);
  }

  private written(version: ObjectVersion): void {
    const { key } = version;
    const faults = (what: 'upload' | 'status'): Fault[] => [`${what} event late`, `${what} event twice`];
    if (key.startsWith('app_runner/input/') && key.endsWith('.zip')) {
      const body = JSON.stringify({ Records: [eventOf(version)] });
      this.deliver([undefined, ...faults('upload')], [300, 2_000, 600_000], async () => this.services.jobs.send(body));
    } else if (key.startsWith(OUTPUT_PREFIX) && key.endsWith(STATUS_SUFFIX)) {
      const event = { Records: [eventOf(version)] };
      this.deliver([undefined, ...faults('status')], [300, 2_000, 600_000], () =>
        this.functions.metrics.invokeLater(event),
      );
    }
  }

  private changed(instance: Instance): void {
    const { id, state } = instance;
    if (!WATCHED.includes(state)) return;
    const { faults } = this.services.chance;
    if (faults.happens('state event lost')) {
      instance.hasLostEvent = true;
      return;
    }
    const isLate = faults.happens('state event late');
    instance.hasLostEvent ||= isLate;
    const event = { 'detail-type': 'EC2 Instance State-change Notification', detail: { 'instance-id': id, state } };
    const times = isLate ? ([5_000, 3_600_000, 3_600_000] as const) : ([200, 5_000, 5_000] as const);
    this.deliver([undefined, undefined, 'state event twice'], times, () => this.functions.guard.invokeLater(event));
  }

  /** Not at all, late, or twice; `times` are the least, the usual most and the most of the delay. */
  private deliver(
    [lost, late, twice]: readonly (Fault | undefined)[],
    [least, usual, most]: readonly [number, number, number],
    run: () => Promise<void>,
  ): void {
    const { clock, random, faults } = this.services.chance;
    if (lost && faults.happens(lost)) return;
    const delay = () => (late && faults.happens(late) ? random.spread(usual, most) : random.between(least, usual));
    clock.after(delay(), () => void run());
    if (twice && faults.happens(twice)) clock.after(delay(), () => void run());
  }
}

/** As S3 writes it ("Event message structure", S3 User Guide). */
function eventOf({ key, versionId, sequencer, time }: ObjectVersion): object {
  return {
    eventName: 'ObjectCreated:Put',
    eventTime: new Date(time).toISOString(),
    s3: {
      bucket: { name: BUCKET },
      object: {
        key: encodeURIComponent(key).replace(/%20/g, '+').replace(/%2F/g, '/'),
        versionId: versionId === 'null' ? undefined : versionId,
        sequencer,
      },
    },
  };
}

/** Lambda's poller of a queue: so many messages an invocation, so many invocations at once. */
function poll(queue: Queue, target: LambdaFunction, { batch, concurrency }: { batch: number; concurrency: number }) {
  let running = 0;
  const more = () => {
    while (running < concurrency) {
      const messages: Message[] = [];
      for (let message = queue.receive(); message; message = messages.length < batch ? queue.receive() : undefined)
        messages.push(message);
      if (messages.length === 0) return;
      running++;
      void target.invoke({ Records: messages.map(recordOf) }).then((outcome) => {
        running--;
        const kept = failuresIn(outcome, messages);
        for (const message of messages) if (!kept.has(message.id)) queue.delete(message);
        more();
      });
    }
  };
  queue.onVisible = more;
}

function recordOf({ id, body, sentAt, receiveCount, receipt }: Message): object {
  return {
    messageId: id,
    receiptHandle: receipt,
    body,
    attributes: { SentTimestamp: String(sentAt), ApproximateReceiveCount: String(receiveCount) },
  };
}

/** Messages that stay in the queue: all of an invocation that failed. */
function failuresIn(outcome: Outcome, messages: readonly Message[]): Set<string> {
  if (!outcome.isDone) return new Set(messages.map(({ id }) => id));
  const { batchItemFailures = [] } = outcome.answer as { batchItemFailures?: { itemIdentifier: string }[] };
  return new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
}

import type { InstanceStateChange } from 'aws-emulator/ec2/events';
import { pollQueue } from 'aws-emulator/sqs/delivery';
import type { Queues } from 'aws-emulator/sqs/queues';
import type { FunctionVariables } from '../contract/function-env';
import { SCHEDULE_EVENT } from '../contract/schedule-event';
import type { Settings } from '../contract/settings';
import { AsyncInvocation } from './lambda/async-invocation';
import type { FunctionFailures } from './lambda/failures';
import { DEAD_LETTER_QUEUE, JOB_QUEUE } from './launch-function';

/** On AWS the guard's schedule is five minutes; here time is short. */
const SWEEP_MS = 30_000;

export interface GuardFunctionOptions {
  queues: Queues;
  endpointUrl: string;
  /** Region and credentials, as Lambda puts them into a function's environment. */
  environment: Record<string, string>;
  templateId: string;
  topicArn: string;
  settings: Settings;
  bucket: string;
  /** Folder for the bundle. */
  dir: string;
  /** Whether there is anything to sweep. */
  hasInstances: () => boolean;
  onLine: (line: string) => void;
  failures: FunctionFailures;
}

/** The deployed guard behind the rules that the stack has for it. */
export interface GuardFunction {
  /** Gives it the state changes that its rule matches: the ends of instances. */
  stateChanged(event: InstanceStateChange): void;
  /** One round of its schedule. */
  runSchedule(): Promise<void>;
  /** Leaves dead letters in their queue from now on. */
  keepDeadLetters(): Promise<void>;
  /** Whether it still has an event to handle. */
  readonly busy: boolean;
  close(): Promise<void>;
}

/** Connects lambda/guard with instance state changes, the dead-letter queue and a schedule. */
export function startGuardFunction(options: GuardFunctionOptions): GuardFunction {
  const { queues, endpointUrl, environment, templateId, topicArn, settings, bucket, dir, hasInstances, onLine } =
    options;
  const onFailure = (error: unknown) => options.failures.add('guard', error);
  const guard = new AsyncInvocation({
    name: 'guard',
    dir,
    environment: {
      ...environment,
      ...({
        TEMPLATE_ID: templateId,
        STACK_NAME: settings.name,
        BUCKET: bucket,
        QUEUE_URL: queues.urlOf(queues.named(JOB_QUEUE), endpointUrl),
        ATTEMPTS: String(settings.attempts),
        TOPIC_ARN: topicArn,
      } satisfies FunctionVariables<'guard'>),
    },
    onLine,
    onFailure,
  });
  const deadLetters = pollQueue({
    queue: queues.named(DEAD_LETTER_QUEUE),
    handler: (event) => guard.invoke(event),
    onError: onFailure,
  });
  const runSchedule = () => guard.send(SCHEDULE_EVENT);
  const schedule = setInterval(() => {
    if (hasInstances()) void runSchedule();
  }, SWEEP_MS).unref();
  return {
    stateChanged(event) {
      const { state } = event.detail;
      if (state === 'shutting-down' || state === 'terminated' || state === 'stopped') void guard.send(event);
    },
    runSchedule,
    keepDeadLetters: () => deadLetters.stop(),
    get busy() {
      return guard.busy > 0;
    },
    async close() {
      clearInterval(schedule);
      await deadLetters.stop();
      await guard.close();
    },
  };
}

import type { InstanceStateChange } from 'aws-emulator/ec2/events';
import { bucketDemands, demandVariables } from '../contract/bucket-demands';
import { SCHEDULE_EVENT } from '../contract/schedule-event';
import { BUCKET, DEAD_LETTER_QUEUE, JOB_QUEUE, TOPIC_ARN } from './account';
import { AsyncInvocation } from './lambda/async-invocation';
import type { Deployment } from './lambda/deploy-function';

/** On AWS the guard's schedule is five minutes; here time is short. */
const SWEEP_MS = 30_000;

/** The deployed guard behind the rules that the stack has for it. */
export interface GuardFunction {
  /** Gives it the state changes that its rule matches: the ends of instances. */
  stateChanged(event: InstanceStateChange): void;
  /** One round of its schedule. */
  runSchedule(): Promise<void>;
  /** No more rounds by themselves: dead letters stay in their queue from now on. */
  stopSchedule(): void;
  /** Whether it still has an event to handle. */
  busy: boolean;
  close(): Promise<void>;
}

/**
 * Connects lambda/guard with instance state changes and a schedule, for which there is something to do when `hasInstances`
 * says so or a dead letter lies in its queue.
 */
export function startGuardFunction(deployment: Deployment, hasInstances: () => boolean): GuardFunction {
  const { services, templateId, settings } = deployment;
  const { queues, endpoint } = services;
  const deadLetters = queues.named(DEAD_LETTER_QUEUE);
  const guard = new AsyncInvocation(deployment, {
    name: 'guard',
    environment: {
      TEMPLATE_ID: templateId,
      STACK_NAME: settings.name,
      BUCKET,
      ...demandVariables(bucketDemands(settings)),
      QUEUE_URL: queues.urlOf(queues.named(JOB_QUEUE), endpoint.url),
      DEAD_LETTER_QUEUE_URL: queues.urlOf(deadLetters, endpoint.url),
      ATTEMPTS: String(settings.attempts),
      TOPIC_ARN,
    },
  });
  const runSchedule = () => guard.send(SCHEDULE_EVENT);
  const schedule = setInterval(() => {
    if (hasInstances() || deadLetters.counts().visible > 0) void runSchedule();
  }, SWEEP_MS).unref();
  return {
    stateChanged(event) {
      const { state } = event.detail;
      if (state === 'shutting-down' || state === 'terminated' || state === 'stopped') void guard.send(event);
    },
    runSchedule,
    stopSchedule: () => clearInterval(schedule),
    get busy() {
      return guard.busy > 0;
    },
    async close() {
      clearInterval(schedule);
      await guard.close();
    },
  };
}

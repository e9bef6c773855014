import { inputKey } from './keys';

/** How EventBridge Scheduler is told to put the time of a run into what it calls with, such as 2026-11-27T02:00:00Z. */
export const SCHEDULED_TIME = '<aws.scheduler.scheduled-time>';

/** The job of one run of a schedule; `time` as Scheduler writes it. */
export function scheduledJobId(name: string, time: string): string {
  return `${name}/${time}`;
}

/** The key to which a schedule copies its input. */
export function scheduledKey(name: string, time = SCHEDULED_TIME): string {
  return inputKey(scheduledJobId(name, time));
}

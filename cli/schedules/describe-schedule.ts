import type { S3Client } from '@aws-sdk/client-s3';
import { nextTime } from '../../contract/cron';
import type { Schedule } from '../../contract/schedules';
import { wholeSeconds } from '../../contract/time';
import { headObject } from '../../lambda/shared/head-object';
import type { ScheduleEntry } from '../json/schedule-list';

/** A schedule with what is known of it now. Throws the S3 error when S3 does not tell of its input. */
export async function describeSchedule(s3: S3Client, Bucket: string, schedule: Schedule): Promise<ScheduleEntry> {
  const { name, cron, time_zone, input } = schedule;
  const there = await headObject(s3, Bucket, input);
  return { name, cron, time_zone, next: nextRun(schedule), input, input_exists: there !== undefined };
}

/** When it comes next, in ISO 8601 in UTC; null when it does not any more. */
export function nextRun({ cron, time_zone }: Schedule, now = new Date()): string | null {
  const next = nextTime(cron, time_zone, now);
  return next ? wholeSeconds(next.toISOString()) : null;
}

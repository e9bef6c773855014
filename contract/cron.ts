import { Cron } from 'croner';

/**
 * What each field of EventBridge's cron may hold ("Cron-based schedules", EventBridge Scheduler User Guide). Days of the
 * week are 1 to 7, beginning on Sunday.
 */
const FIELDS: readonly (readonly [name: string, form: RegExp])[] = [
  ['minutes', /^[0-9*,/-]+$/],
  ['hours', /^[0-9*,/-]+$/],
  ['day of the month', /^(\?|L|[0-9]{1,2}W|[0-9*,/-]+)$/],
  ['month', /^[0-9A-Z*,/-]+$/],
  ['day of the week', /^(\?|L|[1-7]L|([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)#[1-5]|[1-7A-Z*,/-]+)$/],
  ['year', /^(\*|(19[7-9][0-9]|2[01][0-9]{2}|[*,/-])+)$/],
];
const EXAMPLE = 'such as cron(0 3 * * ? *), which is 3:00 each day';
/** So many are looked at for one that daylight saving does not leave out. */
const MOST_RUNS = 8;

/** Why a text is no cron expression of EventBridge, as a sentence; undefined when it is one. */
export function cronProblem(text: string): string | undefined {
  if (/^\s*rate\(/i.test(text))
    return 'a rate begins with each deploy: use times, such as cron(0/15 * * * ? *) for every 15 minutes';
  const fields = fieldsOf(text);
  if (fields.length !== FIELDS.length)
    return `it has ${fields.length} fields: use six (minutes, hours, day of the month, month, day of the week, year), ${EXAMPLE}`;
  const wrong = FIELDS.find(([, form], at) => !form.test(fields[at] as string));
  if (wrong) return `EventBridge has no such ${wrong[0]}: use a cron expression ${EXAMPLE}`;
  if ((fields[2] === '?') === (fields[4] === '?'))
    return 'use ? for either the day of the month or the day of the week, and not for both';
  try {
    return nextTime(text, 'UTC', new Date()) ? undefined : 'no such time comes any more: use a day that there is';
  } catch (error) {
    return `EventBridge has no such time (${(error as Error).message.replace('CronPattern: ', '')}): use a cron expression ${EXAMPLE}`;
  }
}

/** The expression as EventBridge takes it; the six fields alone are enough in settings.yaml. */
export function cronExpression(text: string): string {
  return `cron(${fieldsOf(text).join(' ')})`;
}

/**
 * The first time after `after` that a cron expression names in a time zone; undefined when there is none. A time that
 * daylight saving leaves out does not count, and one that comes twice counts once, as Scheduler does it ("Daylight
 * savings time on EventBridge Scheduler", EventBridge Scheduler User Guide). Throws croner's error for what is no cron.
 */
export function nextTime(text: string, timezone: string, after: Date): Date | undefined {
  const [minutes, hours, day, month, weekday, year] = fieldsOf(text).map((field) => field.replace('?', '*'));
  const pattern = ['0', minutes, hours, day, month, sundayIs0(weekday as string), year].join(' ');
  const cron = new Cron(pattern, { timezone, mode: '7-part', sloppyRanges: true });
  return cron.nextRuns(MOST_RUNS, after).find((time) => cron.match(time));
}

function fieldsOf(text: string): string[] {
  const inner = /^\s*cron\((.*)\)\s*$/i.exec(text)?.[1] ?? text;
  return inner.toUpperCase().match(/\S+/g) ?? [];
}

/** The day of the week as croner has it, which counts from 0; the numbers behind # and / are no days. */
function sundayIs0(field: string): string {
  if (field === 'L') return '6';
  return field.replace(/(^|[,-])([1-7])/g, (_, before: string, day: string) => `${before}${Number(day) - 1}`);
}

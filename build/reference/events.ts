import * as z from 'zod/mini';
import { EVENT_SOURCE, JOB_ENDED, jobEndedSchema } from '../../contract/job-ended';
import { type Field, typeOf } from './field';
import { code, table } from './table';

/** The section on the event that tells of the end of a job. */
export function eventsSection(): string {
  const { properties = {} } = z.toJSONSchema(jobEndedSchema);
  const fields = Object.entries(properties as Record<string, Field>).map(([name, field]) => [
    code(name),
    typeOf(field),
    field.description ?? '',
  ]);
  return `## Events

Each final status is an event on the default event bus of the account, with the source ${code(EVENT_SOURCE)} and the detail type
${code(JOB_ENDED)}: at least one for each record, and now and then the same once more. Its detail may get further fields.

${table(['field of the detail', 'type', 'meaning'], fields)}`;
}

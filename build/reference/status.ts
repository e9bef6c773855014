import * as z from 'zod/mini';
import { REASON_TABLE } from '../../contract/reasons';
import { statusSchema } from '../../contract/status';
import { type Field, typeOf } from './field';
import { code, table } from './table';

/** The sections on the status object: its fields, and the reasons with whose fault they are. */
export function statusSection(): string {
  const schema = z.toJSONSchema(statusSchema);
  const fields = Object.entries(schema.properties ?? {}).map(([name, field]) => [
    code(name),
    typeOf(field as Field),
    (field as Field).description ?? '',
  ]);
  const reasons = Object.entries(REASON_TABLE).map(([reason, { fault, meaning }]) => [code(reason), fault, meaning]);
  return `## Status

One JSON object for each job, \`{job_id}_status.json\`. Times are ISO 8601 in UTC. A writer leaves out, or writes as null, what
it does not know. Newer versions may add fields, and never take one away or change its type.

${table(['field', 'type', 'meaning'], fields)}

## Reasons

Why a job waits or failed. The fault says who can do something about it: the app's author, whoever writes the settings, nobody
but the platform (run it again: \`lambda-ec2 rerun ID\`), or the user, who wanted it.

${table(['reason', 'fault', 'meaning'], reasons)}`;
}

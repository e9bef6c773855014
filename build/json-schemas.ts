import { readdirSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';

const FOLDER = path.join(__dirname, '../cli/json');

/** The names of the commands' results that have a schema: the files of cli/json. */
export const RESULTS = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => path.basename(file, '.ts'));

/** The JSON schema of a command's result, as it is committed. */
export function jsonSchema(name: string): string {
  const { schema } = require(path.join(FOLDER, name)) as { schema: z.core.$ZodType };
  const made = z.toJSONSchema(schema, { override: ({ jsonSchema: part }) => allowAdditions(part) });
  return `${JSON.stringify(made, null, 2)}\n`;
}

/** Results grow by addition: whoever checks them must not refuse what is new. */
function allowAdditions(part: z.core.JSONSchema.BaseSchema): void {
  if (part.additionalProperties === false) delete part.additionalProperties;
}

import * as sdk from '@aws-sdk/client-ec2';
import { NormalizedSchema } from '@smithy/core/schema';

/**
 * The shapes of one EC2 action, as the SDK publishes them (`RunInstances$` and so on). Requests are read and answers
 * written with the very schemas that the SDK's client uses, so that neither side can spell a field differently.
 */
export interface Operation {
  input: NormalizedSchema;
  output: NormalizedSchema;
}

/** EC2's API version: the XML namespace of every answer. */
export const API_VERSION = '2016-11-15';

const known = new Map<string, Operation>();

/**
 * @param action such as `RunInstances`
 * @throws Error when the SDK knows no such action, which is a mistake in the caller: the service checks names first
 */
export function operation(action: string): Operation {
  const found = known.get(action);
  if (found) return found;
  const schema: unknown = (sdk as Record<string, unknown>)[`${action}$`];
  // A static operation schema is [kind, namespace, name, traits, input, output].
  if (!Array.isArray(schema) || schema.length < 6) throw new Error(`client-ec2 exports no schema for ${action}`);
  const made = { input: shape(schema[4]), output: shape(schema[5]) };
  known.set(action, made);
  return made;
}

/** How many members of a structure are required: the SDK lists those first and counts them in the seventh place. */
export function requiredMembers(structure: NormalizedSchema): number {
  const schema: unknown = structure.getSchema();
  const count: unknown = Array.isArray(schema) ? schema[6] : undefined;
  return typeof count === 'number' ? count : 0;
}

function shape(ref: unknown): NormalizedSchema {
  return NormalizedSchema.of((typeof ref === 'function' ? ref() : ref) as Parameters<typeof NormalizedSchema.of>[0]);
}

import { NormalizedSchema } from '@smithy/core/schema';
import type { Shape } from './operation';

type StructureSchema = [kind: 3, namespace: string, name: string, traits: 0, names: string[], members: unknown[]];

/** How many members of a structure are required: the SDK lists those first and counts them in the seventh place. */
function requiredCount(structure: NormalizedSchema): number {
  const schema: unknown = structure.getSchema();
  const count: unknown = Array.isArray(schema) ? schema[6] : undefined;
  return typeof count === 'number' ? count : 0;
}

/** The required members of a structure. */
export function requiredMembers(structure: NormalizedSchema): [name: string, schema: NormalizedSchema][] {
  return structure.isStructSchema() ? [...structure.structIterator()].slice(0, requiredCount(structure)) : [];
}

/** The paths of the required members that a value lacks, such as `Delete.Objects.1.Key`. */
export function missingMembers(schema: NormalizedSchema, value: unknown): string[] {
  const within = (name: string | number, member: NormalizedSchema, inner: unknown) =>
    missingMembers(member, inner).map((path) => `${name}.${path}`);
  if (schema.isListSchema() && Array.isArray(value)) {
    return value.flatMap((one, index) => within(index + 1, schema.getValueSchema(), one));
  }
  if (!schema.isStructSchema() || typeof value !== 'object' || value === null) return [];
  const given = value as Shape;
  const lacking = requiredMembers(schema).filter(
    ([name, one]) => given[name] === undefined && !one.isIdempotencyToken(),
  );
  const nested = [...schema.structIterator()].flatMap(([name, member]) => within(name, member, given[name]));
  return [...lacking.map(([name]) => name), ...nested];
}

/** The members of a structure by name. */
export function membersOf(schema: NormalizedSchema): Record<string, NormalizedSchema> {
  return Object.fromEntries(schema.isStructSchema() ? schema.structIterator() : []);
}

/** A structure of these members, for documents that have no schema of their own. */
export function structure(name: string, members: Readonly<Record<string, unknown>>): NormalizedSchema {
  // A structure of the SDK would keep its own name where it is a member.
  const refs = Object.values(members).map((one) => (isWhole(one) ? one.getSchema() : one));
  const schema: StructureSchema = [3, 'aws-emulator', name, 0, Object.keys(members), refs];
  return NormalizedSchema.of(schema as never);
}

function isWhole(schema: unknown): schema is NormalizedSchema {
  return schema instanceof NormalizedSchema && !schema.isMemberSchema();
}

/**
 * Reads a value that stands in a header, a query parameter, a path or a form.
 *
 * @returns undefined when the text is no value of that kind
 */
export function parseText(schema: NormalizedSchema, text: string): unknown {
  if (schema.isListSchema()) return text.split(',').map((one) => parseText(schema.getValueSchema(), one.trim()));
  if (schema.isBooleanSchema()) return /^(true|false)$/i.test(text) ? text.toLowerCase() === 'true' : undefined;
  if (schema.isNumericSchema()) return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
  if (schema.isBlobSchema()) return Buffer.from(text, 'base64');
  if (!schema.isTimestampSchema()) return text;
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

import type { NormalizedSchema } from '@smithy/core/schema';
import { Ec2Error, invalidParameterValue } from '../errors';
import { requiredMembers } from './operations';

/** Parameters by their dots: `Filter.1.Name=x` becomes `{Filter: {1: {Name: 'x'}}}`; `''` holds a node's own value. */
interface Tree {
  value?: string;
  children: Map<string, Tree>;
}

/** Belong to the protocol or to a presigned URL, not to an action. */
const PROTOCOL_PARAMETER = /^(Action|Version|AUTHPARAMS|AWSAccessKeyId|Signature\w*|Timestamp|X-Amz-.*)$/i;

/**
 * Reads the parameters of one EC2 Query request into the object that the SDK would have been called with.
 *
 * The protocol's rules (Smithy `ec2Query`): lists are flattened and numbered from 1; a member is called by its
 * `ec2QueryName`, else by its XML name or own name with a capital first letter.
 *
 * @throws Ec2Error `MissingParameter`, `UnknownParameter` or `InvalidParameterValue`, as EC2 answers
 */
export function decodeQuery(input: NormalizedSchema, params: URLSearchParams): Record<string, unknown> {
  const root: Tree = { children: new Map() };
  for (const [name, value] of params) {
    if (PROTOCOL_PARAMETER.test(name)) continue;
    let node = root;
    for (const part of name.split('.')) {
      let child = node.children.get(part);
      if (!child) {
        child = { children: new Map() };
        node.children.set(part, child);
      }
      node = child;
    }
    node.value = value;
  }
  return readStructure(input, root, '');
}

function readStructure(schema: NormalizedSchema, tree: Tree, path: string): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  const names = new Set<string>();
  let required = requiredMembers(schema);
  for (const [member, memberSchema] of schema.structIterator()) {
    const name = queryName(member, memberSchema);
    names.add(name);
    const node = tree.children.get(name);
    if (node) result[member] = read(memberSchema, node, path ? `${path}.${name}` : name);
    else if (required > 0 && !memberSchema.isIdempotencyToken()) {
      throw new Ec2Error('MissingParameter', `The request must contain the parameter ${path ? `${path}.` : ''}${name}`);
    }
    required -= 1;
  }
  for (const name of tree.children.keys()) {
    if (!names.has(name)) {
      throw new Ec2Error('UnknownParameter', `The parameter ${path ? `${path}.` : ''}${name} is not recognized`);
    }
  }
  return result;
}

function read(schema: NormalizedSchema, node: Tree, path: string): unknown {
  if (schema.isListSchema()) return readList(schema.getValueSchema(), node, path);
  if (schema.isStructSchema()) return readStructure(schema, node, path);
  const text = node.value ?? '';
  if (schema.isBooleanSchema()) return readBoolean(text, path);
  if (schema.isNumericSchema()) return readNumber(text, path);
  if (schema.isTimestampSchema()) return readTime(text, path);
  if (schema.isBlobSchema()) return Buffer.from(text, 'base64');
  return text;
}

function readList(value: NormalizedSchema, node: Tree, path: string): unknown[] {
  const indexes = [...node.children.keys()].filter((key) => /^[0-9]+$/.test(key));
  if (indexes.length !== node.children.size) {
    throw new Ec2Error('MalformedQueryString', `The list ${path} must be numbered: ${path}.1, ${path}.2, ...`);
  }
  return indexes
    .sort((a, b) => Number(a) - Number(b))
    .map((index) => read(value, node.children.get(index) ?? { children: new Map() }, `${path}.${index}`));
}

function queryName(member: string, schema: NormalizedSchema): string {
  const traits = schema.getMergedTraits();
  if (typeof traits.ec2QueryName === 'string') return traits.ec2QueryName;
  const name = traits.xmlName ?? member;
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function readBoolean(text: string, path: string): boolean {
  if (/^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  throw invalidParameterValue(`Invalid value '${text}' for ${path}. It must be true or false`);
}

function readNumber(text: string, path: string): number {
  if (/^-?[0-9]+(\.[0-9]+)?$/.test(text)) return Number(text);
  throw invalidParameterValue(`Invalid value '${text}' for ${path}. It must be a number`);
}

function readTime(text: string, path: string): Date {
  const time = new Date(text);
  if (!Number.isNaN(time.getTime())) return time;
  throw invalidParameterValue(`Invalid value '${text}' for ${path}. It must be an ISO 8601 time`);
}

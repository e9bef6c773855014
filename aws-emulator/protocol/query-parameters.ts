import type { NormalizedSchema } from '@smithy/core/schema';
import { ServiceError } from './error';
import type { Shape } from './operation';
import { parseText } from './schema';

/**
 * `aws`: members as they are called, lists below `member`; `ec2`: names with a capital,
 * lists without a level of their own.
 */
export type QueryDialect = 'aws' | 'ec2';

/**
 * Parameters by their dots: `Filter.1.Name=x` becomes `{Filter: {1: {Name: 'x'}}}`; `value` holds a node's own value.
 */
interface Tree {
  value?: string;
  children: Map<string, Tree>;
}

/** Belong to the protocol or to a presigned URL, not to an action. */
const PROTOCOL_PARAMETER = /^(Action|Version|AUTHPARAMS|AWSAccessKeyId|Signature\w*|Timestamp|X-Amz-.*)$/i;

/**
 * Reads the parameters of one request into the object that the SDK would have been called with.
 * Sources: Smithy `awsQuery` and `ec2Query`.
 *
 * @throws ServiceError `UnknownParameter` (EC2), `InvalidParameterValue` or `MalformedQueryString`
 */
export function readParameters(input: NormalizedSchema, params: URLSearchParams, dialect: QueryDialect): Shape {
  const root: Tree = { children: new Map() };
  for (const [name, value] of params) {
    if (!PROTOCOL_PARAMETER.test(name)) nodeAt(root, name).value = value;
  }
  return new Reader(dialect).structure(input, root, '');
}

function nodeAt(root: Tree, path: string): Tree {
  let node = root;
  for (const part of path.split('.')) {
    const child: Tree = node.children.get(part) ?? { children: new Map() };
    node.children.set(part, child);
    node = child;
  }
  return node;
}

class Reader {
  constructor(private readonly dialect: QueryDialect) {}

  structure(schema: NormalizedSchema, tree: Tree, path: string): Shape {
    const result: Shape = {};
    const unread = new Set(tree.children.keys());
    for (const [member, memberSchema] of schema.structIterator()) {
      const name = this.nameOf(member, memberSchema);
      const node = tree.children.get(name);
      unread.delete(name);
      if (node) result[member] = this.read(memberSchema, node, path + name);
    }
    const [unknown] = unread;
    if (unknown !== undefined && this.dialect === 'ec2') {
      throw new ServiceError('UnknownParameter', `The parameter ${path}${unknown} is not recognized`);
    }
    return result;
  }

  private read(schema: NormalizedSchema, node: Tree, path: string): unknown {
    if (schema.isListSchema()) {
      const list = this.dialect === 'ec2' ? node : (node.children.get('member') ?? node);
      return this.items(list, path).map(([index, item]) =>
        this.read(schema.getValueSchema(), item, `${path}.${index}`),
      );
    }
    if (schema.isMapSchema()) return this.map(schema, node.children.get('entry') ?? node, path);
    if (schema.isStructSchema()) return this.structure(schema, node, `${path}.`);
    const value = parseText(schema, node.value ?? '');
    if (value !== undefined) return value;
    throw new ServiceError('InvalidParameterValue', `Invalid value '${node.value}' for ${path}`);
  }

  private map(schema: NormalizedSchema, node: Tree, path: string): Shape {
    const { xmlName: keyName = 'key' } = schema.getKeySchema().getMergedTraits();
    const { xmlName: valueName = 'value' } = schema.getValueSchema().getMergedTraits();
    const entries = this.items(node, path).map(([index, { children }]) => {
      const value = children.get(valueName) ?? { children: new Map() };
      return [children.get(keyName)?.value ?? '', this.read(schema.getValueSchema(), value, `${path}.${index}`)];
    });
    return Object.fromEntries(entries);
  }

  private items(node: Tree, path: string): [index: string, item: Tree][] {
    const items = [...node.children].filter(([key]) => /^[0-9]+$/.test(key));
    if (items.length !== node.children.size) {
      throw new ServiceError('MalformedQueryString', `The list ${path} must be numbered: ${path}.1, ${path}.2, ...`);
    }
    return items.sort(([a], [b]) => Number(a) - Number(b));
  }

  private nameOf(member: string, schema: NormalizedSchema): string {
    const { ec2QueryName, xmlName = member } = schema.getMergedTraits();
    if (this.dialect === 'aws') return xmlName;
    if (typeof ec2QueryName === 'string') return ec2QueryName;
    return xmlName.charAt(0).toUpperCase() + xmlName.slice(1);
  }
}

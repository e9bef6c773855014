import { XmlCodec } from '@aws-sdk/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import { XMLParser } from 'fast-xml-parser';
import { RequestRefused } from '../http/refused';
import { structure } from './schema';

const HEADER = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** The SDK's own codec, which is no documented interface: hence the exact versions in package.json. */
const codecFor = (xmlNamespace: string) =>
  // 5: ISO 8601 where the schema says nothing else.
  new XmlCodec({ timestampFormat: { useTrait: true, default: 5 }, xmlNamespace, serviceNamespace: xmlNamespace });
const reader = codecFor('').createDeserializer();

/** A document; its root is called as the schema says. A text alone, such as a bucket policy, is no document. */
export function writeXml(schema: NormalizedSchema, value: unknown, namespace: string): string {
  if (typeof value === 'string') return value;
  const writer = codecFor(namespace).createSerializer();
  writer.write(schema, value);
  return HEADER + writer.flush();
}

/**
 * Requests are not parsed by the SDK's own parser, which is meant for answers: it gets character references above
 * U+FFFF wrong, and takes what is not well-formed. Texts stay as they are: a key may begin with a space or be `007`.
 */
const parser = new XMLParser({
  parseTagValue: false,
  trimValues: false,
  removeNSPrefix: true,
  ignoreDeclaration: true,
  // Numeric character references are behind the same switch as the names of HTML.
  htmlEntities: true,
});

/**
 * A request's document as the schema has it, all character references of XML decoded.
 *
 * @throws RequestRefused `unreadable-body`
 */
export function readXml(schema: NormalizedSchema, text: string): unknown {
  try {
    const [root] = Object.values<unknown>(parser.parse(text, true));
    return reader.readSchema(schema, root);
  } catch {
    throw new RequestRefused('unreadable-body', 'The XML you provided was not well-formed');
  }
}

/** The texts of a document that has no schema, such as an error; undefined is left out. */
interface Texts {
  readonly [name: string]: string | undefined | Texts;
}

/** A document without a schema and a namespace. */
export function writeTexts(root: string, texts: Texts): string {
  return writeXml(schemaOf(root, texts), texts, '');
}

function schemaOf(name: string, texts: Texts): NormalizedSchema {
  const members = Object.entries(texts).map(([key, text]) => [key, typeof text === 'object' ? schemaOf(key, text) : 0]);
  return structure(name, Object.fromEntries(members));
}

import { XmlCodec } from '@aws-sdk/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import { RequestRefused } from '../http/refused';

const HEADER = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** The SDK's own codec, which is no documented interface: hence the exact versions in package.json. */
const codecFor = (xmlNamespace: string) =>
  // 5: ISO 8601 where the schema says nothing else.
  new XmlCodec({ timestampFormat: { useTrait: true, default: 5 }, xmlNamespace, serviceNamespace: xmlNamespace });
const reader = codecFor('').createDeserializer();

/** A document; its root is called as the schema says. */
export function writeXml(schema: NormalizedSchema, value: unknown, namespace: string): string {
  const writer = codecFor(namespace).createSerializer();
  writer.write(schema, value);
  return HEADER + writer.flush();
}

/** @throws RequestRefused `unreadable-body` */
export function readXml(schema: NormalizedSchema, text: string): unknown {
  try {
    return reader.read(schema, text);
  } catch {
    throw new RequestRefused('unreadable-body', 'The XML you provided was not well-formed');
  }
}

/** Elements for documents without a schema, such as errors; undefined is left out. */
export function elements(values: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(values)
    .map(([name, value]) => (value === undefined ? '' : `<${name}>${escapeXml(value)}</${name}>`))
    .join('');
}

/** An error document around its elements. */
export function xmlDocument(root: string, inner: string): string {
  return `${HEADER}<${root}>${inner}</${root}>`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#13;');
}

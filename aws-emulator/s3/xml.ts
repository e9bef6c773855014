import { XMLParser } from 'fast-xml-parser';
import { S3Error } from './errors';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** What an element holds: text, or elements by name; a list repeats the element, undefined leaves it out. */
export type XmlValue = string | number | boolean | undefined | XmlTree | readonly XmlValue[];
export interface XmlTree {
  readonly [name: string]: XmlValue;
}

/** A result document of S3's REST protocol. */
export function xmlDocument(root: string, content: XmlTree | string): string {
  const inner = typeof content === 'string' ? escapeXml(content) : children(content);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${NAMESPACE}">${inner}</${root}>`;
}

/** The error document, which has no namespace. */
export function xmlError(content: XmlTree): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${children(content)}</Error>`;
}

function children(tree: XmlTree): string {
  return Object.entries(tree)
    .map(([name, value]) => elements(name, value))
    .join('');
}

function elements(name: string, value: XmlValue): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.map((one) => elements(name, one)).join('');
  const inner = typeof value === 'object' ? children(value as XmlTree) : escapeXml(String(value));
  return `<${name}>${inner}</${name}>`;
}

/** Control characters and carriage returns go out as references: parsers would drop or change them. */
function escapeXml(text: string): string {
  return (
    text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 cannot hold them as they are
      .replace(/[\u0000-\u0008\u000b-\u001f\u007f\ufffe\uffff]/g, (c) => `&#x${c.charCodeAt(0).toString(16)};`)
  );
}

/** Elements named here are lists even when there is one of them. */
const LISTS = new Set(['Object', 'Part', 'Tag']);

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: false,
  isArray: (name: string) => LISTS.has(name),
});

/** An element of a request document; text for a leaf. Only elements the caller asks for by name are looked at. */
export type Parsed = { readonly [name: string]: Parsed | readonly Parsed[] | string | undefined };

/**
 * Parses a request document and returns its root element.
 *
 * @throws S3Error MalformedXML when it is not XML or has another root
 */
export function parseXml(text: string, root: string): Parsed {
  let document: Parsed;
  try {
    document = parser.parse(text, true) as Parsed;
  } catch {
    throw new S3Error('MalformedXML', 'The XML you provided was not well-formed');
  }
  const found = document[root];
  if (found === undefined) {
    throw new S3Error('MalformedXML', `The XML you provided has no ${root} element`);
  }
  return typeof found === 'object' ? (found as Parsed) : {};
}

/** The text of a leaf, or undefined. */
export function leaf(parsed: Parsed, name: string): string | undefined {
  const value = parsed[name];
  return typeof value === 'string' ? value : undefined;
}

/** The elements of a list, none when there are none. */
export function list(parsed: Parsed, name: string): readonly Parsed[] {
  const value = parsed[name];
  return Array.isArray(value) ? (value as readonly Parsed[]).filter((one) => typeof one === 'object') : [];
}

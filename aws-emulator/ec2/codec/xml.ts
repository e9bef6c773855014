import type { NormalizedSchema } from '@smithy/core/schema';
import { API_VERSION } from './operations';

const HEADER = '<?xml version="1.0" encoding="UTF-8"?>\n';

/**
 * Writes the answer to one action as EC2 does: root element `<ActionResponse>`, the request id first, lists as sets of
 * `<item>`. Members that the output schema does not know are left out, so that a stored request can be handed over as
 * it is (a launch template's data has different shapes on the way in and out).
 */
export function encodeResponse(action: string, output: NormalizedSchema, value: object, requestId: string): string {
  // Actions without an output of their own (CreateTags) answer <return>true</return>.
  const body = output.isStructSchema() ? structure(output, value) : '<return>true</return>';
  const root = `${action}Response`;
  const namespace = `http://ec2.amazonaws.com/doc/${API_VERSION}/`;
  return `${HEADER}<${root} xmlns="${namespace}"><requestId>${requestId}</requestId>${body}</${root}>`;
}

/** Writes an error the way EC2 alone does: a list of one below `Response`, and `RequestID` in capitals. */
export function encodeError(code: string, message: string, requestId: string): string {
  const error = `<Error><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message></Error>`;
  return `${HEADER}<Response><Errors>${error}</Errors><RequestID>${requestId}</RequestID></Response>`;
}

function structure(schema: NormalizedSchema, value: object): string {
  let xml = '';
  for (const [member, memberSchema] of schema.structIterator()) {
    const inner = (value as Record<string, unknown>)[member];
    if (inner === undefined || inner === null) continue;
    const tag = memberSchema.getMemberTraits().xmlName ?? member;
    xml += `<${tag}>${content(memberSchema, inner)}</${tag}>`;
  }
  return xml;
}

function content(schema: NormalizedSchema, value: unknown): string {
  if (schema.isListSchema()) {
    const item = schema.getValueSchema();
    const tag = item.getMergedTraits().xmlName ?? 'member';
    return (value as unknown[]).map((one) => `<${tag}>${content(item, one)}</${tag}>`).join('');
  }
  if (schema.isStructSchema()) return structure(schema, value as object);
  if (schema.isTimestampSchema()) return new Date(value as string | Date).toISOString();
  if (schema.isBlobSchema()) return Buffer.from(value as Uint8Array).toString('base64');
  return escapeXml(String(value));
}

/** Characters that XML 1.0 cannot hold at all, even escaped. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this pattern is for
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

function escapeXml(text: string): string {
  return text
    .replace(NOT_XML, '\ufffd')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/\r/g, '&#13;');
}

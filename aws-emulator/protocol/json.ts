import { JsonCodec2 } from '@aws-sdk/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import { RequestRefused } from '../http/refused';
import type { Shape } from './operation';

/**
 * The SDK's own codec, which is no documented interface: hence the exact versions in package.json.
 * 7: seconds since 1970.
 */
const codec = new JsonCodec2({ timestampFormat: { useTrait: true, default: 7 }, jsonName: true });

/** @throws RequestRefused `unreadable-body` */
export async function readJson(schema: NormalizedSchema, text: string): Promise<Shape> {
  const input: unknown = await Promise.resolve(codec.createDeserializer().read(schema, text || '{}')).catch(() => null);
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input as Shape;
  throw new RequestRefused('unreadable-body', 'The request body is not a JSON object.');
}

/** A shape as JSON text; `{}` where the SDK has no members for an answer. */
export function writeJson(schema: NormalizedSchema, value: Shape): string {
  if (!schema.isStructSchema()) return '{}';
  const writer = codec.createSerializer();
  writer.write(schema, value);
  return new TextDecoder().decode(writer.flush());
}

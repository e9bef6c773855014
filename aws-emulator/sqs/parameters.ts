import { invalidValue, missing, SqsError } from './errors';
import type { MessageAttribute } from './message';

/** An integer parameter within its limits, or undefined when it is not given. */
export function number(input: Record<string, unknown>, name: string, low: number, high: number): number | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high) return value;
  throw invalidValue(value, name, `Must be an integer from ${low} to ${high}`);
}

/** A message body: not empty, not too long, and only characters that XML can hold (SendMessage's rule). */
export function checkBody(body: unknown, maximumBytes: number): string {
  if (typeof body !== 'string' || body === '') throw missing('MessageBody');
  if (Buffer.byteLength(body) > maximumBytes) {
    throw new SqsError(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be shorter than ${maximumBytes} bytes.`,
    );
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what SQS refuses
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(body)) {
    throw new SqsError(
      'InvalidMessageContents',
      'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF.',
    );
  }
  return body;
}

/** Message attributes: at most ten, each with a data type and the value of its kind. */
export function checkAttributes(attributes: unknown): Record<string, MessageAttribute> {
  const checked = (attributes ?? {}) as Record<string, MessageAttribute>;
  if (Object.keys(checked).length > 10)
    throw invalidValue('', 'MessageAttributes', 'A message has at most 10 attributes');
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(checked)) {
    const value = DataType?.startsWith('Binary') ? BinaryValue : StringValue;
    if (!/^(String|Number|Binary)(\..+)?$/.test(DataType ?? '') || !value) {
      throw invalidValue(
        DataType,
        `MessageAttributes.${name}`,
        'It needs a data type (String, Number, Binary) and a value of it',
      );
    }
  }
  return checked;
}

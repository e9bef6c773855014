import { clip } from './text';

/** An error as one line for a log or a message: its code and its own words, bounded. */
export function errorMessage(error: unknown): string {
  if (!(error instanceof Error)) return clip(String(error));
  const text = rawMessage(error) || 'no further words';
  // EC2 appends an opaque blob to UnauthorizedOperation that only an administrator can decode.
  const message = text.replace(/\s*Encoded authorization failure message:.*$/s, '');
  return clip(error.name === 'Error' ? message : `${error.name}: ${message}`);
}

/**
 * What an error says: its message, or that of what is behind it. An attempt at several addresses that none of them answered
 * is an AggregateError without a message.
 */
export function rawMessage(error: unknown): string {
  if (!(error instanceof Error)) return error === undefined ? '' : String(error);
  if (error.message) return error.message;
  const { errors, cause } = error as Error & { errors?: unknown[] };
  return rawMessage(errors?.[0] ?? cause) || ((error as NodeJS.ErrnoException).code ?? '');
}

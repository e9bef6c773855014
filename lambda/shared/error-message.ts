import { clip } from './text';

/** An error as one line for a log or a message: its code and its own words, bounded. */
export function errorMessage(error: unknown): string {
  const { name, message } = loggedError(error);
  return clip(name === 'Error' ? message : `${name}: ${message}`);
}

/** An error as every function logs it. */
export interface LoggedError {
  name: string;
  /** One bounded line. */
  message: string;
  /** Of an error of the network or the file system, such as `ECONNREFUSED`. */
  code?: string;
}

/** An error for a log line, under the name `error`. */
export function loggedError(error: unknown): LoggedError {
  const { name = 'Error', code } = (error instanceof Error ? error : {}) as NodeJS.ErrnoException;
  const text = rawMessage(error) || 'no further words';
  // EC2 appends an opaque blob to UnauthorizedOperation that only an administrator can decode.
  const message = clip(text.replace(/\s*Encoded authorization failure message:.*/s, ''));
  return { name, message, code };
}

/**
 * What an error says: its message, or that of what is behind it. An attempt at several addresses that none of them
 * answered is an AggregateError without a message.
 */
export function rawMessage(error: unknown): string {
  if (!(error instanceof Error)) return error === undefined ? '' : String(error);
  if (error.message) return error.message;
  const { errors, cause } = error as Error & { errors?: unknown[] };
  return rawMessage(errors?.[0] ?? cause) || ((error as NodeJS.ErrnoException).code ?? '');
}

/** An error as one line for a log or a message: its code and its own words. */
export function sayError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const text = error.message || 'no further words';
  // EC2 appends an opaque blob to UnauthorizedOperation that only an administrator can decode.
  const message = text.replace(/\s*Encoded authorization failure message:.*$/s, '').trim();
  return error.name === 'Error' ? message : `${error.name}: ${message}`;
}

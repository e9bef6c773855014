/** The command line itself is wrong. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** An `s3` command (as opposed to `s3api`) could not move an object. */
export class TransferError extends Error {
  override readonly name = 'TransferError';
}

/**
 * The AWS CLI's exit status for an error.
 *
 * Source: AWS CLI User Guide, "Command line return codes": 1 one or more S3 transfers failed, 252 syntax or parameters,
 * 253 configuration or credentials, 254 the service answered with an error, 255 anything else.
 */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return 252;
  if (error instanceof TransferError) return 1;
  if (error instanceof Error && error.name === 'CredentialsProviderError') return 253;
  if (httpStatusOf(error) !== undefined) return 254;
  return 255;
}

/** In the CLI's words, which people search the web for. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof UsageError) return `aws: error: ${error.message}`;
  if (error instanceof TransferError) return error.message;
  if (error.name === 'CredentialsProviderError') return 'Unable to locate credentials';
  const status = httpStatusOf(error);
  if (status === undefined) return error.message;
  return `An error occurred (${error.name}) when calling the operation: ${error.message} (HTTP ${status})`;
}

function httpStatusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}

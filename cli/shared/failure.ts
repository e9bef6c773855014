import { CommanderError } from 'commander';
import { printError } from '../../contract/print-error';
import { EXIT, type ExitStatus, UserError } from '../../contract/user-error';
import { errorMessage } from '../../lambda/shared/error-message';

/** The word for each exit status that an error has, in the JSON that tells of it. */
const CODES: Record<Exclude<ExitStatus, 0>, string> = {
  1: 'failed',
  2: 'usage',
  3: 'unavailable',
  4: 'not_allowed',
  5: 'not_found',
  8: 'still_running',
  130: 'interrupted',
};

/** What AWS calls a caller whom it does not know, or whose time is over. */
const NOT_SIGNED_IN =
  /^(CredentialsProviderError|TokenProviderError|ExpiredToken(Exception)?|InvalidClientTokenId|UnrecognizedClientException|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSignatureException|AuthFailure|RequestExpired|InvalidToken|IncompleteSignature(Exception)?|MissingAuthenticationToken(Exception)?)$/;
const NOT_ALLOWED = /^(AccessDenied(Exception)?|UnauthorizedOperation|UnauthorizedException|Forbidden|403)$/;
const PASSING = /Throttl|SlowDown|RequestLimitExceeded|TooManyRequests|Timeout|Unavailable|BandwidthLimit/i;
const NOT_THERE = /(^NoSuch\w+|NotFound(Exception)?|^NonExistentQueue|QueueDoesNotExist)$/;
const NETWORK =
  /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|CERT_\w+|\w*SELF_SIGNED\w*|UNABLE_TO_\w+)$/;
/** What Node.js says of a server whose certificate nobody here knows, such as that of a proxy that opens TLS. */
const UNKNOWN_AUTHORITY = /self[- ]signed certificate|unable to (get|verify)[^:]*certificate/i;
/** The SDK hands down of what kept it from credentials only the words. */
const OF_THE_NETWORK =
  /\b(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|AggregateError)\b|socket hang up|timed out|the proxy refuses/;

/**
 * What a person can do about an error of AWS or of the way to it, as one sentence with the exit status for it. Any other
 * error comes back as it is: it is a UserError already, or a defect.
 */
export function mendable(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof UserError) return error;
  const { name, message, code = '', $metadata } = error as AwsError;
  if (/Region (is missing|not accepted)/.test(message)) {
    return new UserError('there is no AWS Region: give --region, set AWS_REGION, or one in your AWS profile');
  }
  if (UNKNOWN_AUTHORITY.test(message)) {
    return new UserError(
      `AWS could not be asked, because its certificate is not known here (${errorMessage(error)}): put the certificate ` +
        'authority of your network into a file, and name that in AWS_CA_BUNDLE or NODE_EXTRA_CA_CERTS',
      EXIT.unknown,
    );
  }
  if (/^(Credentials|Token)ProviderError$/.test(name) && (OF_THE_NETWORK.test(message) || PASSING.test(message))) {
    return new UserError(`whoever signs you in to AWS could not be asked, try again: ${message}`, EXIT.unknown);
  }
  if (NOT_SIGNED_IN.test(name)) {
    return new UserError(`not signed in to AWS: log in, or give --profile (${errorMessage(error)})`, EXIT.denied);
  }
  if (NOT_ALLOWED.test(name) || $metadata?.httpStatusCode === 403) {
    return new UserError(`AWS does not allow it: ${errorMessage(error)}`, EXIT.denied);
  }
  if (NOT_THERE.test(name)) return new UserError(`AWS knows no such thing: ${errorMessage(error)}`, EXIT.missing);
  if (name === 'NotImplemented') {
    return new UserError(
      `this shell points to the machine of local up, which is no account of AWS: add --local (${errorMessage(error)})`,
    );
  }
  if ($metadata === undefined && !NETWORK.test(code) && name !== 'TimeoutError') return error;
  const { httpStatusCode = 500 } = $metadata ?? {};
  const mayPass = httpStatusCode >= 500 || httpStatusCode === 429 || PASSING.test(name);
  const what = mayPass ? 'AWS could not be asked, try again' : 'AWS refuses it';
  return new UserError(`${what}: ${errorMessage(error)}`, EXIT.unknown);
}

type AwsError = Error & { code?: string; $metadata?: { httpStatusCode?: number } };

/** Tells of an error, with `json` also as the object on standard output, and returns the exit status. */
export function tellFailure(thrown: unknown, json: boolean): ExitStatus {
  const error = mendable(thrown);
  // commander has already said what was wrong.
  const status = error instanceof CommanderError ? EXIT.usage : printError(error);
  if (json) {
    const message = (error instanceof Error ? error.message : String(error)).replace(/^error: /, '');
    const body = { error: { code: CODES[status as keyof typeof CODES], exit_status: status, message } };
    // On one line, as what `-f` and `-w` print.
    process.stdout.write(`${JSON.stringify(body)}\n`);
  }
  return status;
}

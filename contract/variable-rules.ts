/**
 * The names of variables that are the runner's (its own, the app's interpreter and folders, the Region) or the loader's:
 * what stands there would break what every job is promised. A pattern that Python reads alike.
 */
export const RESERVED_VARIABLES =
  '(PATH|HOME|LANG|TMPDIR|VIRTUAL_ENV|PYTHONHOME|PYTHONUNBUFFERED|GLIBC_TUNABLES|(LD|LAMBDA_EC2)_.*' +
  '|AWS_(DEFAULT_)?REGION|AWS_ENDPOINT_URL|AWS_EC2_METADATA_SERVICE_ENDPOINT)';

const RESERVED = new RegExp(`^${RESERVED_VARIABLES}$`);

/** What a variable of the app may be called. */
export function variableName(name: string): string | undefined {
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,99}$/.test(name)) {
    return 'name the variable with letters, digits and _, no digit first, at most 100';
  }
  return RESERVED.test(name) ? `${name} is the runner's or the loader's own: use another name` : undefined;
}

/** What the value of a variable may be, beside what fits a tag. */
export function variableValue(value: string): string | undefined {
  // As in a connection string, wherever in the value: user:password@host.
  return /:\/\/[^/@\s\x85]*:[^/@\s\x85]+@/.test(value)
    ? 'it holds a password, which would be readable in tags and logs: put the whole value into a secret and name that in app_secrets'
    : undefined;
}

/** Of the SDK itself, not of an account. */
const KEPT = /^AWS_SDK_JS_/;

/**
 * Forgets what the environment says of AWS, for a command that talks to this machine alone: a profile that is not
 * there, an endpoint or a FIPS setting would lead its clients astray or make them fail.
 */
export function forgetAwsEnvironment(env: NodeJS.ProcessEnv = process.env): void {
  for (const name of Object.keys(env)) if (name.startsWith('AWS_') && !KEPT.test(name)) delete env[name];
  env.AWS_CONFIG_FILE = '/dev/null';
  env.AWS_SHARED_CREDENTIALS_FILE = '/dev/null';
}

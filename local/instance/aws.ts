/**
 * Emulates the AWS CLI on machines that have none: the two commands that the runner uses, in the CLI's syntax and
 * with its exit codes, on the AWS SDK. Endpoint and credentials come from the environment and IMDS, as for any SDK.
 */
import { S3Client } from '@aws-sdk/client-s3';
import { exitCodeOf, messageOf, UsageError } from './aws-command/exit-codes';
import { copy } from './aws-command/s3-cp';
import { getObject } from './aws-command/s3api-get-object';

const VERSION = 'aws-cli/2.0.0 lambda-ec2-emulator';

async function main(argv: string[]): Promise<void> {
  if (argv.includes('--version')) {
    process.stdout.write(`${VERSION} node/${process.versions.node}\n`);
    return;
  }
  const [service, operation, ...args] = argv;
  const client = () => new S3Client({ region: regionOf(process.env) });
  if (service === 's3' && operation === 'cp') return copy(args, client);
  if (service === 's3api' && operation === 'get-object') return getObject(args, client);
  throw new UsageError(
    `'${[service, operation].filter(Boolean).join(' ')}' is not known here: s3 cp and s3api get-object are`,
  );
}

/** The SDK has no default region; S3's own is us-east-1, and the CLI takes that too. */
function regionOf(env: NodeJS.ProcessEnv): string {
  return env.AWS_REGION || env.AWS_DEFAULT_REGION || 'us-east-1';
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`\n${messageOf(error)}\n`);
  process.exitCode = exitCodeOf(error);
});

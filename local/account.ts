import { type AccessKeys, NEVER } from 'aws-emulator/access-keys';

/** Whose the services of this machine are. */
export const ACCOUNT = { region: 'us-east-1', accountId: '000000000000' };
/** Names of the job bucket, of the queues and of the topic, as a stack would have them. */
export const BUCKET = 'lambda-ec2-jobs';
export const JOB_QUEUE = 'lambda-ec2-jobs';
export const DEAD_LETTER_QUEUE = 'lambda-ec2-dead-letters';
export const TOPIC_ARN = `arn:aws:sns:${ACCOUNT.region}:${ACCOUNT.accountId}:lambda-ec2`;

/** The endpoint of the services, and whom it knows. */
interface Reached {
  endpoint: { url: string };
  keys: Pick<AccessKeys, 'accessKeyId' | 'secretAccessKey'>;
}

/** What makes an SDK client talk to the services. */
export function clientOptions({ endpoint, keys: { accessKeyId, secretAccessKey } }: Reached) {
  return { endpoint: endpoint.url, region: ACCOUNT.region, credentials: { accessKeyId, secretAccessKey } };
}

/** The same for whom a deployed stack has a role: a function, or what AWS itself does here. */
export function roleOptions(services: Reached & { keys: AccessKeys }, role: string) {
  return { ...clientOptions(services), credentials: services.keys.assumeRole(role, NEVER) };
}

/** The same as environment variables, for the AWS CLI and every SDK. */
export function clientEnvironment({ endpoint, keys }: Reached): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint.url,
    AWS_REGION: ACCOUNT.region,
    AWS_DEFAULT_REGION: ACCOUNT.region,
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
  };
}

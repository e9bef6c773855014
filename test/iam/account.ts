/** Where the simulated stack is deployed. */
export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';
export const TEMPLATE_ID = 'lt-0123456789abcdef0';

/** Of CDK's bootstrap, with the qualifier that it has by default. */
export const ASSETS_BUCKET = `cdk-hnb659fds-assets-${ACCOUNT}-${REGION}`;

/** An ARN of the account and Region. */
export const arn = (service: string, resource: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
export const iamArn = (resource: string) => `arn:aws:iam::${ACCOUNT}:${resource}`;

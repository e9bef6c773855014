import path from 'node:path';

export const SHELLS = ['sh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/**
 * What a shell may have that leads a client elsewhere, to an error or to AWS itself: the rest of other credentials, and
 * endpoints that win over AWS_ENDPOINT_URL or cannot be combined with it.
 * https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html#EVarSettings
 */
const MISLEADING = [
  ...['SESSION_TOKEN', 'SECURITY_TOKEN', 'CREDENTIAL_EXPIRATION', 'SESSION_EXPIRATION', 'ACCOUNT_ID'],
  ...['PROFILE', 'DEFAULT_PROFILE', 'CA_BUNDLE', 'USE_FIPS_ENDPOINT', 'USE_DUALSTACK_ENDPOINT'],
].map((name) => `AWS_${name}`);

/** https://docs.aws.amazon.com/sdkref/latest/guide/ss-endpoints-table.html, those that are served here or may be tried */
const SERVICES = [
  ...['S3', 'EC2', 'SQS', 'SNS', 'SSM', 'SECRETS_MANAGER', 'IMAGEBUILDER'],
  ...['STS', 'IAM', 'LAMBDA', 'CLOUDFORMATION', 'CLOUDWATCH', 'CLOUDWATCH_LOGS', 'SERVICE_QUOTAS'],
];

/** What the files of a person say of profiles, endpoints and addressing is of AWS. An empty file says nothing. */
const FILES = {
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'false',
};

const LOOPBACK = '127.0.0.1,localhost';

/** The shell that the lines are for: the one of the login, unless it is none of ours. */
export function shellOf(env: NodeJS.ProcessEnv): Shell {
  return path.basename(env.SHELL ?? '') === 'fish' ? 'fish' : 'sh';
}

/**
 * The lines with which every client in a shell talks to the machine of `environment`, whatever was set there before. A
 * proxy stays in use for all but loopback.
 */
export function shellLines(environment: Record<string, string>, shell: Shell): string[] {
  const set = Object.entries({ ...environment, ...FILES });
  const names = [...MISLEADING, ...SERVICES.map((service) => `AWS_ENDPOINT_URL_${service}`)].join(' ');
  if (shell === 'fish') {
    return [
      ...set.map(([name, value]) => `set -gx ${name} ${value}`),
      'set -q no_proxy; or set -gx no_proxy $NO_PROXY',
      `set -gx no_proxy ${LOOPBACK},"$no_proxy"`,
      `set -gx NO_PROXY "$no_proxy"`,
      `set -e ${names}`,
    ];
  }
  return [
    ...set.map(([name, value]) => `export ${name}=${value}`),
    // Where both are set, clients go by the one in small letters.
    `export no_proxy=${LOOPBACK},"\${no_proxy:-\${NO_PROXY:-}}"`,
    `export NO_PROXY=${LOOPBACK},"$no_proxy"`,
    `unset ${names}`,
  ];
}

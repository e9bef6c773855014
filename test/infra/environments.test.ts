import { guardEnv, launchEnv, metricsEnv, publishEnv, readEnv } from '../../contract/function-env';
import { rawTemplate, resourcesOf } from './synth';

// A function that cannot read its environment handles nothing: whatever settings.yaml may say must be fit for it.

const SCHEMAS = {
  LaunchFunction: launchEnv,
  PublishFunction: publishEnv,
  GuardFunction: guardEnv,
  MetricsFunction: metricsEnv,
};

/** What CloudFormation puts in place of references, by the variable. */
const RESOLVED: Record<string, string> = {
  TEMPLATE_ID: 'lt-0123456789abcdef0',
  SUBNET_IDS: 'subnet-0123456789abcdef0,subnet-0123456789abcdef1',
  QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/123456789012/jobs',
  DEAD_LETTER_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/123456789012/dead-letters',
  TOPIC_ARN: 'arn:aws:sns:eu-west-1:123456789012:notices',
  PIPELINE_ARN: 'arn:aws:imagebuilder:eu-west-1:123456789012:image-pipeline/jobs',
  IMAGE_ARN_PREFIX: 'arn:aws:imagebuilder:eu-west-1:123456789012:image/jobs/',
  BUCKET: 'jobs-bucket',
};

const SUBNETS = Array.from({ length: 16 }, (_, index) => `subnet-0123456789abcd${String(index).padStart(3, '0')}`);

test.each([
  ['defaults', {}],
  ['least', { launch_wait: '60s', attempts: 1, quiet_days: 0, instance_types: ['m7i.large'] }],
  [
    'most',
    {
      launch_wait: '13d',
      attempts: 5,
      quiet_days: 365,
      vpc_id: 'vpc-0123456789abcdef0',
      subnets: SUBNETS,
      instance_types: ['m7i.large', 'm6i.large'],
    },
  ],
])('every function can read its environment with the settings at their %s', (_, settings) => {
  const functions = resourcesOf(rawTemplate(settings), 'AWS::Lambda::Function');
  for (const [name, schema] of Object.entries(SCHEMAS)) {
    const [, own] = functions.find(([id]) => id.includes(name)) ?? [];
    const variables = Object.entries<unknown>(own?.Properties.Environment.Variables).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : (RESOLVED[key] ?? ''),
    ]);
    expect(() =>
      readEnv<typeof schema>(schema, { AWS_REGION: 'eu-west-1', ...Object.fromEntries(variables) }),
    ).not.toThrow();
  }
});

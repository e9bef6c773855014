/** A customer's key. */
const KEY_ARN = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

/** An own VPC and an own bucket, as most companies have them. */
const EXISTING = {
  bucket: 'existing-bucket',
  vpc_id: 'vpc-0123456789abcdef0',
  subnets: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
};

/** What an app may do in AWS, in every form. */
const APP_ACCESS = {
  app_aws_access: true,
  app_policies: ['AmazonDynamoDBReadOnlyAccess', 'arn:aws:iam::111122223333:policy/own'],
  app_statements: [{ Action: 's3:Get*', Resource: 'arn:aws:s3:::data/*' }],
};

/** Jobs by the clock. */
const SCHEDULES = [
  { name: 'daily', cron: 'cron(0 3 * * ? *)', time_zone: 'Europe/Berlin', input: 'app_runner/scheduled/daily.zip' },
  { name: 'month-end', cron: '0 18 L * ? *', input: 'reports/month.zip' },
];

const ARM = { architecture: 'arm64', instance_types: ['m7g.large', 'c7g.large'] };

const TAGS = { CostCenter: '42', 'team:owner': 'Data and Reports' };
/** As a company bounds and names the roles of its accounts. */
const BOUNDED = {
  permissions_boundary: 'company-boundary',
  role_path: '/teams/data/',
  role_name_prefix: 'team-data-',
};
const ENVIRONMENT = {
  app_env: { LOG_LEVEL: 'debug' },
  app_secrets: { DB_PASSWORD: 'team/db#password', TOKEN: 'ssm:/team/token' },
};
const APP_FILES = {
  app_ref: 'release',
  app_main: 'report/main.py',
  app_args: '--month may',
  system_packages: ['libgomp', 'poppler-utils'],
  app_requirements: 'report/requirements.txt',
  app_in_zip: 'report/in.zip',
  app_out_zip: 'report/out.zip',
  app_log: 'report/report.log',
  app_packages: 'app_runner/packages/lists/may.txt',
  ec2_timeout: '8h',
};
const LOGS = {
  detailed_monitoring: true,
  log_retention_days: 400,
  log_kms_key_arn: KEY_ARN.replace(/[^/]*$/, '4321dcba-12ab-34cd-56ef-1234567890ab'),
};
const PROXY = { http_proxy: 'http://proxy.example.com:3128', no_proxy: 'git.example.com,10.0.0.0/8' };

/**
 * Settings files that stand for all: each changes what the stack has or who may do what in it, and the last has
 * everything on. test/infra/variants.test.ts has every one validated, test/iam asks a simulation of IAM about each.
 * `app_url` is left to whoever synthesizes.
 */
export const VARIANTS: Readonly<Record<string, Record<string, unknown>>> = {
  default: {},
  'own VPC': { vpc_id: EXISTING.vpc_id, subnets: EXISTING.subnets },
  'own bucket': { bucket: EXISTING.bucket },
  'own key': { kms_key_arn: KEY_ARN },
  'own bucket and key': { bucket: EXISTING.bucket, kms_key_arn: KEY_ARN },
  spot: { spot: true },
  arm64: ARM,
  'newer Python': { python_version: '3.12' },
  'secret of the app': { app_credentials: 'team/git-token' },
  'environment of the app': ENVIRONMENT,
  'private packages': { pip_config: 'team/pip#config' },
  'parameter of the app': { app_credentials: 'ssm:/team/git-token' },
  'access of the app': APP_ACCESS,
  notices: { notify_email: 'someone@example.com', quiet_days: 35, dashboard: true },
  tags: { tags: TAGS },
  'tags and spot': { tags: TAGS, spot: true },
  boundary: BOUNDED,
  proxy: PROXY,
  logs: LOGS,
  limit: { max_running: 2 },
  schedules: { schedules: SCHEDULES },
  'schedules under a key': { schedules: SCHEDULES, kms_key_arn: KEY_ARN },
  'zones of the own VPC': { availability_zones: ['eu-west-1a', 'eu-west-1b'] },
  'demands of an own bucket': { bucket: EXISTING.bucket, bucket_encryption: 'aws:kms', bucket_request_payer: true },
  'bake schedule': { bake_schedule: 'cron(0 3 ? * sun *)' },
  'everything on': {
    ...EXISTING,
    ...ARM,
    ...APP_ACCESS,
    ...BOUNDED,
    ...PROXY,
    ...ENVIRONMENT,
    ...LOGS,
    ...APP_FILES,
    max_running: 5,
    schedules: SCHEDULES,
    pip_config: 'team/pip#config',
    bucket_encryption: 'aws:kms',
    bucket_request_payer: true,
    tags: TAGS,
    name: 'nightly-reports',
    kms_key_arn: KEY_ARN,
    spot: true,
    python_version: '3.12',
    python_optimized: true,
    app_credentials: 'team/git-token',
    notify_email: 'someone@example.com',
    quiet_days: 35,
    dashboard: true,
    bake_schedule: 'cron(0 3 ? * sun *)',
    bake_requires_app: true,
    volume_initialization_rate: 200,
    price_per_hour: 0.1,
    attempts: 3,
    launch_wait: '2d',
    volume_size_gib: 40,
    keep_images: 5,
    python_configure_options: ['--without-doc-strings'],
  },
};

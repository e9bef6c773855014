import * as z from 'zod';
import { APP_MAP_NAMES, APP_MAPS, type AppMapName, entryOf, entryProblem, entryTag, isAppMap } from './app-maps';
import { redactUrl } from './app-rules';
import {
  APP_SETTING_NAMES,
  type APP_SETTINGS,
  type AppSettingName,
  appSetting,
  isAppSetting,
  ruleOf,
} from './app-settings';
import { bucketDemands, demandTags, ENCRYPTION, KEY_ARN } from './bucket-demands';
import { DURATION_FORMAT, LAUNCH_WAIT, parseDuration } from './duration';
import { ARCHITECTURES, isInstanceType } from './instance-types';
import { scheduleSchema } from './schedules';
import { list, matching, orEmpty, ruled, whole, yesNo } from './schema-parts';
import { PRICE_TAG, SYSTEM_PACKAGES_TAG } from './tags';
import { likeKeys, MAX_OWN_TAGS, ownTagProblem } from './tags-setting';

/** The schemas of the app's settings, by name. */
type AppSchemas = {
  [Name in AppSettingName]: z.ZodType<(typeof APP_SETTINGS)[Name]['kind'] extends 'boolean' ? boolean : string>;
};
const appSchemas = Object.fromEntries(APP_SETTING_NAMES.map((name) => [name, appSchema(name)])) as AppSchemas;

function appSchema(name: AppSettingName): z.ZodType {
  const { kind, default: fallback, about } = appSetting(name);
  if (kind === 'boolean') return yesNo(fallback === 'true').describe(about);
  const schema = ruled(ruleOf(name));
  return (fallback === undefined ? schema : schema.default(fallback)).describe(about);
}

/** A map of environment variables; what is wrong is told of each entry. */
function variables(map: AppMapName) {
  const { form, about } = APP_MAPS[map];
  const value = z.string({ error: () => 'use text' });
  return z
    .record(z.string(), value, { error: () => form })
    .check((context) => {
      for (const [name, input] of Object.entries(context.value)) {
        const message = entryProblem(map, name, input);
        if (message) context.issues.push({ code: 'custom', path: [name], message, input });
      }
    })
    .default({})
    .describe(about);
}

const statement = z
  .record(z.string(), z.unknown(), { error: () => 'use an IAM statement with Action and Resource' })
  .refine(
    (value) => 'Action' in value && 'Resource' in value && (value.Effect ?? 'Allow') === 'Allow',
    'use an IAM statement that allows: Action, Resource and, if needed, Condition',
  );

const LAUNCH_WAIT_FORMAT = `use ${DURATION_FORMAT}, from 60s to 13d, because SQS keeps a message for 14 days`;
const launchWait = z.string({ error: () => LAUNCH_WAIT_FORMAT }).refine((text) => {
  const seconds = parseDuration(text) ?? 0;
  return seconds >= LAUNCH_WAIT.least && seconds <= LAUNCH_WAIT.most;
}, LAUNCH_WAIT_FORMAT);

const TAGS_FORMAT = `use at most ${MAX_OWN_TAGS} tags such as {CostCenter: '42'}`;
const ownTags = z
  .record(z.string(), z.string({ error: () => "use text, a number in quotes: '42'" }), { error: () => TAGS_FORMAT })
  .check(({ value, issues }) => {
    const refuse = (message: string, ...path: string[]) => issues.push({ code: 'custom', message, path, input: value });
    for (const [key, text] of Object.entries(value)) {
      const problem = ownTagProblem(key, text);
      if (problem) refuse(problem, key);
    }
    const keys = Object.keys(value);
    const like = likeKeys(keys);
    if (like) refuse('use keys that differ in more than case: IAM takes them for one', like);
    if (keys.length > MAX_OWN_TAGS) refuse(`${TAGS_FORMAT}: an instance has 50, and settings and job need the others`);
  });

/** A name of dnf, and no option, group, pattern, path, URL or file: a bake installs what is in the distribution. */
const SYSTEM_PACKAGE = /^[A-Za-z0-9][A-Za-z0-9._+-]*(?<!\.rpm)$/;
const SYSTEM_PACKAGE_FORMAT =
  'use names of packages as dnf has them, such as poppler-utils or poppler-utils-22.08.0: no options, paths, URLs or patterns';

const PRICE_FORMAT = 'use US dollars from 0 (unknown) to 1000, such as 0.1008';

/** What CloudWatch Logs takes ("PutRetentionPolicy", CloudWatch Logs API Reference), and 0 for no end. */
const LOG_RETENTION_DAYS = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/**
 * The schema of each setting alone; settings-consistency.ts checks them against each other. Messages say what is
 * allowed.
 */
export const settingsSchema = z.strictObject({
  name: matching(/^[a-z][a-z0-9-]{2,40}$/, 'use 3 to 41 lower-case letters, digits and hyphens, a letter first')
    .default('lambda-ec2')
    .describe('of the CloudFormation stack'),
  tags: ownTags
    .default({})
    .transform((tags) =>
      Object.fromEntries(
        Object.keys(tags)
          .sort()
          .map((key) => [key, tags[key] as string]),
      ),
    )
    .describe("of all that the stack has and starts, such as {CostCenter: '42'}"),

  ...appSchemas,
  app_env: variables('app_env'),
  app_secrets: variables('app_secrets'),
  app_policies: list(
    matching(/^(arn:[a-z-]+:iam::[0-9]*:policy\/)?[\w+=,.@/-]{1,512}$/, 'use the name or ARN of a managed policy'),
    'managed policies',
    10,
  )
    .default([])
    .describe('managed policies, such as AmazonDynamoDBReadOnlyAccess'),
  app_statements: list(statement, 'IAM statements', 50)
    .default([])
    .describe("IAM statements, such as {Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/*'}"),

  instance_types: list(
    z.string().refine(isInstanceType, 'use an instance type such as m7i.large'),
    'instance types',
    10,
  )
    .min(1, 'name at least one instance type')
    .default(['m7i.large', 'm6i.large', 'c7i.xlarge'])
    .describe("the first is the template's; the others are tried when it has no capacity"),
  architecture: z
    .enum(ARCHITECTURES, { error: () => 'use x86_64 or arm64' })
    .default('x86_64')
    .describe('x86_64 or arm64; the instance types must match'),
  volume_size_gib: whole(8, 16_384, ' GiB').default(16).describe("of the instance's one volume; the image alone has 8"),
  volume_initialization_rate: z
    .int({ error: () => 'use 0 (off) or 100 to 300 MiB/s' })
    .refine((rate) => rate === 0 || (rate >= 100 && rate <= 300), 'use 0 (off) or 100 to 300 MiB/s')
    .default(0)
    .describe('MiB/s, 100 to 300: a faster first read of the image, at a price; 0: off'),
  spot: yesNo(false).describe('true: cheaper, and AWS may take the instance while the job runs'),
  price_per_hour: z
    .number({ error: () => PRICE_FORMAT })
    .min(0, PRICE_FORMAT)
    .max(1000, PRICE_FORMAT)
    .default(0)
    .describe("USD of the first instance type: for the cost estimate in a job's status; 0: none"),
  attempts: whole(1, 5)
    .default(2)
    .describe('how often a job is started that is interrupted or never begins, the first time included'),
  launch_wait: launchWait
    .default('12h')
    .describe('how long a job waits for quota, capacity or the first image (60s to 13d)'),
  max_running: whole(0, 10_000, ' instances (0: no limit)')
    .default(0)
    .describe('at most so many instances at once, which bounds the spending; further jobs wait; 0: no limit'),
  schedules: list(scheduleSchema, 'schedules', 50)
    .default([])
    .describe('jobs by the clock: {name, cron, time_zone, input}; see docs/how-to.md, "Every night"'),

  vpc_id: orEmpty(/^vpc-[0-9a-f]{8,17}$/, 'use the id of a VPC such as vpc-0123456789abcdef0, or nothing').describe(
    'an existing VPC; empty: an own small one',
  ),
  availability_zones: list(
    matching(/^[a-z]{2}(-[a-z]+)+-[0-9][a-z]$/, 'use names of Availability Zones such as eu-west-1a'),
    'Availability Zones',
    4,
  )
    .default([])
    .describe('of the own VPC, such as [eu-west-1a, eu-west-1b]; empty: the first three'),
  subnets: list(matching(/^subnet-[0-9a-f]{8,17}$/, 'use ids of subnets'), 'subnets', 16)
    .default([])
    .describe('of that VPC'),
  bucket: orEmpty(
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
    'use the name of an existing bucket, or nothing for an own one',
  ).describe('an existing bucket; empty: an own one'),
  bucket_encryption: orEmpty(ENCRYPTION, 'use AES256, aws:kms or the ARN of a KMS key, or nothing').describe(
    'what its policy demands: AES256, aws:kms or the ARN of its key; empty: kms_key_arn, else nothing',
  ),
  bucket_request_payer: yesNo(false).describe("true: it is another account's and has Requester Pays"),
  kms_key_arn: orEmpty(KEY_ARN, 'use the ARN of a KMS key, or nothing').describe(
    "encrypts bucket, queues and volumes; empty: AWS's own keys",
  ),
  detailed_monitoring: yesNo(false).describe("true: metrics of instances by the minute, at CloudWatch's price"),
  log_retention_days: z
    .literal(LOG_RETENTION_DAYS, { error: () => `use one of ${LOG_RETENTION_DAYS.join(', ')} (days; 0: for ever)` })
    .default(90)
    .describe('how long the logs of functions and bakes are kept; 0: for ever'),
  log_kms_key_arn: orEmpty(KEY_ARN, 'use the ARN of a KMS key, or nothing').describe(
    'encrypts those logs; its key policy must let CloudWatch Logs use it',
  ),
  permissions_boundary: orEmpty(
    /^(arn:[a-z-]+:iam::([0-9]{12}|aws):policy\/)?[\w+=,.@/-]{1,512}$/,
    'use the name or ARN of a managed policy, or nothing',
  ).describe('a managed policy that bounds every role of the stack'),
  role_path: orEmpty(/^\/([\w+=,.@-]+\/)+$/, 'use a path such as /teams/data/, with a slash at both ends, or nothing')
    .refine((path) => path.length <= 512, 'use at most 512 characters')
    .describe('of roles and instance profiles, such as /teams/data/'),
  role_name_prefix: orEmpty(
    /^[\w+=,.@-]{1,32}$/,
    'use at most 32 letters, digits and + = , . @ _ -, or nothing',
  ).describe('how names of roles and instance profiles begin, such as team-data-'),
  notify_email: orEmpty(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'use an e-mail address, or nothing').describe(
    'alarms, failed jobs and failed bakes',
  ),
  dashboard: yesNo(false).describe(
    'true: a CloudWatch dashboard of jobs, phases, queue and functions, at 3 USD a month',
  ),
  quiet_days: whole(0, 365, ' days (0: never)')
    .default(0)
    .describe('alarm when no job succeeded for so many days; 0: never'),

  bake_schedule: orEmpty(
    /^cron\([^()]{9,200}\)$/,
    'use a cron expression such as cron(0 3 ? * sun *), or nothing',
  ).describe('such as cron(0 3 ? * sun *), in UTC; empty: only on deploy and by command'),
  bake_requires_app: yesNo(false).describe(
    'true: a bake fails when the app cannot be fetched or its environment not be built',
  ),
  system_packages: list(matching(SYSTEM_PACKAGE, SYSTEM_PACKAGE_FORMAT), 'packages of Amazon Linux 2023', 50)
    .default([])
    .transform((names) => [...new Set(names)].sort())
    .describe('packages of Amazon Linux 2023 that the app needs in the image, such as libgomp'),
  keep_images: whole(2, 50).default(3).describe('older images are removed, but for those with the tag lambda-ec2:keep'),
  python_optimized: yesNo(false).describe('profile-guided build: a faster interpreter, a much longer bake'),
  python_configure_options: list(
    matching(/^--[a-z][\w-]*(=[\w./+-]+)?$/, 'use configure options such as --enable-shared'),
    'options',
    20,
  )
    .default([])
    .describe("for the interpreter's configure script"),
});

/** Everything settings.yaml says, validated and with its defaults. */
export type Settings = z.output<typeof settingsSchema>;
/** The names settings.yaml may use. */
export const SETTING_NAMES = Object.keys(settingsSchema.shape) as (keyof Settings)[];
/** Settings that are part of a launch template version, beside those of the app: a roll-back brings them back too. */
export const VERSION_SETTINGS: readonly (keyof Settings)[] = [
  'instance_types',
  'volume_size_gib',
  'volume_initialization_rate',
  'spot',
  'price_per_hour',
  'kms_key_arn',
  'system_packages',
  'bucket_encryption',
  'bucket_request_payer',
  'tags',
  ...APP_MAP_NAMES,
  'detailed_monitoring',
];

/**
 * The instance tags that carry the app settings, its variables, the price, the packages of the image, and what the bucket
 * demands. Empty ones are left out: metadata shows an empty value
 * as it shows a missing tag to most tools, and the runner's defaults are the same as these.
 */
export function settingsTags(settings: Settings): Record<string, string> {
  const entries = APP_SETTING_NAMES.map((name) => [name, String(settings[name])] as const);
  const variables = APP_MAP_NAMES.flatMap((map) =>
    Object.entries(settings[map]).map(([name, value]) => [entryTag(map, name), value] as const),
  );
  // Six digits are what the runner reckons with; fewer print without noise such as 0.30000000000000004.
  const demands = Object.entries(demandTags(bucketDemands(settings)));
  const price = settings.price_per_hour ? String(Number(settings.price_per_hour.toFixed(6))) : '';
  const others = [[PRICE_TAG, price] as const, [SYSTEM_PACKAGES_TAG, settings.system_packages.join(' ')] as const];
  return Object.fromEntries([...entries, ...variables, ...others, ...demands].filter(([, value]) => value !== ''));
}

/**
 * A refused value as it may be printed: short, and without a secret that somebody wrote into a URL, or in place of the
 * name of one.
 *
 * @param name of a setting, or of an entry (`app_env.NAME`)
 */
export function showValue(name: string, value: unknown): string {
  if (value === undefined) return 'nothing';
  const kind = String(kindOf(name));
  if (['secret', 'credentials'].includes(kind) && value !== '') return '(not shown)';
  const isUrl = ['url', 'proxy', 'variable'].includes(kind) && typeof value === 'string';
  const shown = JSON.stringify(isUrl ? redactUrl(value) : value);
  return shown.length > 80 ? `${shown.slice(0, 77)}...` : shown;
}

function kindOf(name: string): string | undefined {
  const map = entryOf(name)?.map ?? name;
  if (isAppMap(map)) return APP_MAPS[map].kind;
  return isAppSetting(name) ? appSetting(name).kind : undefined;
}

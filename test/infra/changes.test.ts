import { APP_SETTING_NAMES, type AppSettingName, appSetting } from '../../contract/app-settings';
import { SETTING_NAMES, VERSION_SETTINGS } from '../../contract/settings';
import { checkSettings } from '../../contract/settings-load';
import { imageDocument } from '../../imagebuilder/image-document';
import { APP_VALUES } from '../contract/app-values';
import { APP_URL, IMAGE, type RawTemplate, rawTemplate } from './synth';

// What a deploy after a change touches: the resources whose text differs. A resource that refers to a changed one by
// name keeps its text, as in `cdk diff`.

const LAUNCHER = 'LauncherLaunchFunction';
const TEMPLATE = 'Template';
const RECIPE = 'ImageRecipe';
const BAKE = 'ImageInfrastructure';
const COMPONENT = 'ImageComponent';
const RUNNER_POLICY = 'RunnerRoleDefaultPolicy';
const BAKE_POLICY = 'ImageBakeRoleDefaultPolicy';

/** App settings that are more than a tag of the instances. */
const BAKED: Partial<Record<AppSettingName, string[]>> = {
  app_url: [COMPONENT],
  app_ref: [COMPONENT],
  app_requirements: [COMPONENT],
  app_credentials: [COMPONENT, RUNNER_POLICY, BAKE_POLICY],
  pip_config: [COMPONENT, RUNNER_POLICY, BAKE_POLICY],
  python_version: [COMPONENT, 'ImageDistribution'],
  http_proxy: [COMPONENT, RECIPE],
  no_proxy: [COMPONENT],
};

function ownedByApp(name: AppSettingName): [string, { value: unknown; owns: string[] }] {
  const { kind, default: fallback } = appSetting(name);
  const value = APP_VALUES[kind].allowed.filter((allowed) => allowed !== fallback).at(-1);
  return [name, { value: kind === 'boolean' ? value === 'true' : value, owns: [TEMPLATE, ...(BAKED[name] ?? [])] }];
}

const ROLES = [
  'GuardRole',
  'ImageBakeRole',
  'LauncherLaunchRole',
  'MetricsRole',
  'OldImagesRole',
  'PublisherPublishRole',
  'RunnerRole',
  'StorageNotifierRole',
];
const LOGS = ['GuardLog', 'ImageLog', 'LauncherLaunchLog', 'MetricsLog', 'PublisherPublishLog', 'StorageNotifierLog'];
const PROFILES = ['ImageBakeProfile', 'RunnerProfile'];

/** What each setting owns: another value, and what the ids of the resources that may differ start with. */
const OWNED: Record<string, { value: unknown; with?: Record<string, unknown>; owns: string[] }> = {
  ...Object.fromEntries(APP_SETTING_NAMES.map(ownedByApp)),
  app_env: { value: { LOG_LEVEL: 'debug' }, owns: [TEMPLATE] },
  app_secrets: { value: { KEY: 'key' }, owns: [TEMPLATE, RUNNER_POLICY] },
  app_policies: { value: ['ReadOnlyAccess'], with: { app_aws_access: true }, owns: ['RunnerRole'] },
  app_statements: {
    value: [{ Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/*' }],
    with: { app_aws_access: true },
    owns: [RUNNER_POLICY],
  },
  instance_types: { value: ['m6i.large', 'm7i.large'], owns: [TEMPLATE, LAUNCHER, BAKE] },
  architecture: { value: 'arm64', with: { instance_types: ['m7g.large'] }, owns: [TEMPLATE, LAUNCHER, BAKE, RECIPE] },
  volume_size_gib: { value: 32, owns: [TEMPLATE] },
  volume_initialization_rate: { value: 100, owns: [TEMPLATE] },
  spot: { value: true, owns: [TEMPLATE, 'LauncherLaunchRoleDefaultPolicy'] },
  price_per_hour: { value: 0.1008, owns: [TEMPLATE] },
  attempts: { value: 4, owns: ['GuardFunction'] },
  launch_wait: { value: '1d', owns: [LAUNCHER] },
  schedules: {
    value: [{ name: 'daily', cron: 'cron(0 3 * * ? *)', input: 'daily.zip' }],
    owns: ['SchedulesGroup', 'SchedulesdailySchedule', 'SchedulesdailyRole'],
  },
  max_running: { value: 3, owns: [LAUNCHER] },
  vpc_id: {
    value: 'vpc-0123456789abcdef0',
    with: { subnets: ['subnet-0123456789abcdef0'] },
    owns: ['Network', LAUNCHER, 'LauncherLaunchRoleDefaultPolicy', BAKE, 'PublisherPublishFunction'],
  },
  availability_zones: {
    value: ['eu-west-1b', 'eu-west-1c', 'eu-west-1a'],
    owns: ['NetworkVpcPublicSubnet'],
  },
  subnets: {
    value: ['subnet-0123456789abcdef1'],
    with: { vpc_id: 'vpc-0123456789abcdef0' },
    owns: [LAUNCHER, 'LauncherLaunchRoleDefaultPolicy', BAKE, 'PublisherPublishFunction'],
  },
  bucket: {
    value: 'existing-bucket',
    owns: ['Storage', 'JobsQueuePolicy', RUNNER_POLICY, 'LauncherLaunchRoleDefaultPolicy', 'Guard', 'Metrics'],
  },
  bucket_encryption: { value: 'AES256', owns: [TEMPLATE, LAUNCHER, 'GuardFunction', 'MetricsFunction'] },
  bucket_request_payer: {
    value: true,
    with: { bucket: 'existing-bucket' },
    owns: [TEMPLATE, LAUNCHER, 'GuardFunction', 'MetricsFunction'],
  },
  kms_key_arn: {
    value: 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd',
    owns: [
      TEMPLATE,
      RECIPE,
      'StorageBucket',
      'JobsQueue',
      'JobsDeadLetters',
      RUNNER_POLICY,
      'LauncherLaunchRoleDefaultPolicy',
      'GuardRoleDefaultPolicy',
      'MetricsRoleDefaultPolicy',
      'PublisherPublishRoleDefaultPolicy',
    ],
  },
  tags: {
    value: { CostCenter: '42' },
    owns: [
      TEMPLATE,
      ...['Alarms', 'BucketNotifications', 'Guard', 'Image', 'Jobs', 'Launcher', 'Metrics', 'Network'],
      ...['Notices', 'OldImages', 'Publisher', 'Runner', 'Storage'],
    ],
  },
  detailed_monitoring: { value: true, owns: [TEMPLATE] },
  log_retention_days: { value: 365, owns: LOGS },
  log_kms_key_arn: { value: 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd', owns: LOGS },
  permissions_boundary: { value: 'TeamBoundary', owns: ROLES },
  role_path: { value: '/teams/data/', owns: [...ROLES, ...PROFILES] },
  role_name_prefix: { value: 'team-', owns: [...ROLES, ...PROFILES] },
  notify_email: { value: 'someone@example.com', owns: ['NoticesTopic'] },
  dashboard: { value: true, owns: ['Dashboard'] },
  quiet_days: { value: 30, owns: ['Alarmsquiet', 'MetricsFunction'] },
  bake_schedule: { value: 'cron(0 3 ? * sun *)', owns: ['ImagePipeline'] },
  bake_requires_app: { value: true, owns: [COMPONENT] },
  system_packages: { value: ['libgomp'], owns: [TEMPLATE, COMPONENT, 'ImageDistribution'] },
  keep_images: { value: 5, owns: ['OldImagesPolicy'] },
  python_optimized: { value: true, owns: [COMPONENT] },
  python_configure_options: { value: ['--enable-shared'], owns: [COMPONENT] },
};

/** With the text of the real document; what it downloads does not depend on settings. */
const withImage = (settings: Record<string, unknown>) => {
  const image = imageDocument(checkSettings({ app_url: APP_URL, ...settings }));
  const assets = Object.fromEntries(Object.keys(image.assets).map((name) => [name, __filename]));
  return rawTemplate(settings, { ...image, assets });
};

/** The ids of the resources that are in one template only, or differ in more than the order in which they are made. */
function difference(before: RawTemplate, after: RawTemplate): string[] {
  const ids = new Set([...Object.keys(before.Resources), ...Object.keys(after.Resources)]);
  const text = ({ Resources }: RawTemplate, id: string) => JSON.stringify({ ...Resources[id], DependsOn: undefined });
  return [...ids].filter((id) => text(before, id) !== text(after, id)).sort();
}

test('every setting is in the table, except the name, which makes another stack', () => {
  expect([...Object.keys(OWNED), 'name'].sort()).toEqual([...SETTING_NAMES].sort());
});

test('the settings of a launch template version are those that change the template', () => {
  // The other architecture comes with another instance type.
  const ofTemplate = Object.keys(OWNED).filter(
    (name) => OWNED[name]?.owns.includes(TEMPLATE) && name !== 'architecture',
  );
  expect(ofTemplate.sort()).toEqual([...APP_SETTING_NAMES, ...VERSION_SETTINGS].sort());
});

describe('a change touches only what the setting owns', () => {
  for (const [name, { value, with: others = {}, owns }] of Object.entries(OWNED)) {
    test(name, () => {
      // A setting that needs another one is compared with a stack that has the other already, where that can be.
      const base = name === 'vpc_id' || name === 'architecture' ? {} : others;
      const start = name === 'subnets' ? { ...base, subnets: ['subnet-0123456789abcdef0'] } : base;
      const changed = difference(withImage(start), withImage({ ...others, [name]: value }));
      expect(changed.length).toBeGreaterThan(0);
      expect(changed.filter((id) => !owns.some((start) => id.startsWith(start)))).toEqual([]);
      // The table names nothing that does not change.
      expect(owns.filter((start) => !changed.some((id) => id.startsWith(start)))).toEqual([]);
    });
  }
});

test('another text of the image document replaces the component, and with it the recipe, and nothing else', () => {
  const before = rawTemplate();
  const after = rawTemplate({}, { ...IMAGE, data: `${IMAGE.data}# changed\n` });
  expect(difference(before, after)).toEqual([expect.stringMatching(/^ImageComponent/)]);
  const [componentId = ''] = difference(before, after);
  // CloudFormation replaces a component whose data changes, and whatever names its ARN where that is create-only.
  const refers = Object.entries(after.Resources).filter(([, resource]) =>
    JSON.stringify(resource.Properties ?? '').includes(componentId),
  );
  expect(refers.map(([id]) => id.replace(/[0-9A-F]{8}$/, ''))).toEqual(['ImageRecipe']);
  const recipeId = refers[0]?.[0] as string;
  const named = Object.entries(after.Resources).filter(([, { Properties }]) =>
    JSON.stringify(Properties ?? '').includes(recipeId),
  );
  expect(named.map(([, { Type }]) => Type)).toEqual(['AWS::ImageBuilder::ImagePipeline', 'Custom::DefaultVersion']);
});

test('the same settings make the same template, whatever was synthesized before', () => {
  expect(difference(withImage({}), withImage({}))).toEqual([]);
});

import { entriesIn, entryOf } from '../../contract/app-maps';
import { APP_SETTING_NAMES, type AppSettingName, appSetting, isAppSetting } from '../../contract/app-settings';
import {
  BUCKET_ENCRYPTION_TAG,
  PRICE_TAG,
  REQUEST_PAYER_TAG,
  SETTING_TAGS,
  SYSTEM_PACKAGES_TAG,
} from '../../contract/tags';
import { isOwnTag } from '../../contract/tags-setting';
import { isAwsEbsKey } from '../../contract/volume-key';
import type { TemplateData } from '../../lambda/publish/template';

/** One thing that a launch template version says. */
export interface Setting {
  /** As in settings.yaml; in EC2's words for what has no setting there. */
  name: string;
  value: string;
  /** Whether it is what it would be if nobody had said anything. */
  is_default: boolean;
  /** Whether it is a setting of settings.yaml. */
  is_setting: boolean;
}

/** The settings of a version that are not tags, by their names in settings.yaml. */
export interface InstanceSettings {
  instance_type: string;
  volume_size_gib: string;
  volume_initialization_rate: string;
  spot: string;
  kms_key_arn: string;
  detailed_monitoring: string;
}

/** Name of the AMI among the settings. */
export const IMAGE = 'image';

/** All that a version says, each thing once: first the settings, then the image, then the rest in EC2's words. */
export function settingsOf(data: TemplateData): Setting[] {
  const tags = instanceTags(data);
  const app = APP_SETTING_NAMES.map((name) => appValue(name, tags[name]));
  const { ImageId = '', ...instance } = data;
  const own = Object.entries(instanceSettings(instance)).map(([name, value]) => given(name, value, true));
  const price = given(PRICE_TAG, tags[PRICE_TAG] || '0', true);
  const demands = Object.entries(demandsIn(tags)).map(([name, value]) => given(name, value, true));
  const packages = given(SYSTEM_PACKAGES_TAG, tags[SYSTEM_PACKAGES_TAG] ?? '', true);
  const others = [
    { ...price, is_default: !tags[PRICE_TAG] },
    { ...packages, is_default: packages.value === '' },
    ...demands,
    ownTags(tags),
  ];
  const settings = [...app, ...variablesIn(tags), ...own, ...others];
  return [...settings, given(IMAGE, ImageId, false), ...rest(instance)];
}

/** What the bucket demands, as settings.yaml says it. */
export function demandsIn(tags: Readonly<Record<string, string>>): Record<string, string> {
  return {
    [BUCKET_ENCRYPTION_TAG]: tags[BUCKET_ENCRYPTION_TAG] ?? '',
    [REQUEST_PAYER_TAG]: tags[REQUEST_PAYER_TAG] ?? 'false',
  };
}

/** A setting of the app as its tag has it, or its default. */
export function appValue(name: AppSettingName, tag: string | undefined): Setting {
  const { default: fallback = '' } = appSetting(name);
  const value = tag || fallback;
  return { name, value, is_default: value === fallback, is_setting: true };
}

/** The app's variables, each under its tag. */
export function variablesIn(tags: Readonly<Record<string, string>>): Setting[] {
  return entriesIn(tags).map(([tag, value]) => given(tag, value, true));
}

const given = (name: string, value: string, is_setting: boolean): Setting => ({
  name,
  value,
  is_default: false,
  is_setting,
});

/** The setting `tags`: whatever tags there are beside those of the project itself. */
export function ownTags(tags: Readonly<Record<string, string>>): Setting {
  const own = Object.entries(tags).filter(([key]) => isOwnTag(key));
  const value = own
    .map(([key, text]) => `${key}=${text}`)
    .sort()
    .join(', ');
  return { name: 'tags', value, is_default: value === '', is_setting: true };
}

/** The tags that an instance of the version gets. */
export function instanceTags({ TagSpecifications = [] }: TemplateData): Record<string, string> {
  const tags = TagSpecifications.flatMap(({ ResourceType, Tags = [] }) => (ResourceType === 'instance' ? Tags : []));
  return Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
}

function instanceSettings({
  InstanceType,
  BlockDeviceMappings,
  InstanceMarketOptions,
  Monitoring,
}: TemplateData): InstanceSettings {
  const root = BlockDeviceMappings?.[0]?.Ebs;
  return {
    instance_type: InstanceType ?? '',
    volume_size_gib: String(root?.VolumeSize ?? ''),
    volume_initialization_rate: String(root?.VolumeInitializationRate ?? 0),
    spot: String(InstanceMarketOptions?.MarketType === 'spot'),
    kms_key_arn: isAwsEbsKey(root?.KmsKeyId) ? '' : (root?.KmsKeyId ?? ''),
    detailed_monitoring: String(Monitoring?.Enabled ?? false),
  };
}

/** What else a version says, which a deploy decides on. */
function rest({ TagSpecifications = [], InstanceType: _type, ...data }: TemplateData): Setting[] {
  const known =
    /^(BlockDeviceMappings\.0\.Ebs\.(VolumeSize|VolumeInitializationRate|KmsKeyId)|InstanceMarketOptions|Monitoring)\b/;
  const ofInstance = instanceTags({ TagSpecifications });
  // What the setting `tags` says of the instance it says of the rest as well.
  const isSaid = (type: string | undefined, key: string, value: string) =>
    type === 'instance'
      ? isAppSetting(key) || SETTING_TAGS.includes(key) || entryOf(key) !== undefined || isOwnTag(key)
      : isOwnTag(key) && ofInstance[key] === value;
  const tags = TagSpecifications.flatMap(({ ResourceType, Tags = [] }) =>
    Tags.filter(({ Key = '', Value = '' }) => !isSaid(ResourceType, Key, Value)).map(({ Key, Value = '' }) =>
      given(`tag of ${ResourceType}: ${Key}`, Value, false),
    ),
  );
  return [
    ...flat(data)
      .filter(([name]) => !known.test(name))
      .map(([name, value]) => given(name, value, false)),
    ...tags,
  ];
}

function flat(value: unknown, path: string[] = []): [name: string, value: string][] {
  if (value === undefined || value === null || value === '') return [];
  if (value instanceof Date || typeof value !== 'object') return [[path.join('.'), String(value)]];
  return Object.entries(value).flatMap(([key, field]) => flat(field, [...path, key]));
}

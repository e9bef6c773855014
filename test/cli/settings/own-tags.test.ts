import { changedData } from '../../../cli/override/changed-data';
import { changesBetween } from '../../../cli/settings/changes-between';
import { settingsOf } from '../../../cli/settings/settings-of';
import { checkSettings } from '../../../contract/settings-load';
import { synthesizeLaunchTemplate } from '../../../infra/synthesize-template';
import type { TemplateData } from '../../../lambda/publish/template';

const dataWith = (tags: Record<string, string>) =>
  synthesizeLaunchTemplate(checkSettings({ app_url: 'https://example.com/app.git', tags })).data as TemplateData;

test('the tags of a version are one setting, whatever the order in which EC2 tells them', () => {
  const data = dataWith({ CostCenter: '42', Team: 'data' });
  const turned = data.TagSpecifications?.map(({ ResourceType, Tags = [] }) => ({
    ResourceType,
    Tags: [...Tags].reverse(),
  }));
  for (const version of [data, { ...data, TagSpecifications: turned?.reverse() }]) {
    const settings = settingsOf(version);
    const named = settings.filter(({ name, value }) => /CostCenter/.test(`${name}${value}`));
    expect(named).toEqual([{ name: 'tags', value: 'CostCenter=42, Team=data', is_default: false, is_setting: true }]);
    expect(changesBetween(settings, settingsOf(data))).toEqual([]);
  }
});

test('another tag is a change of that setting, and no tags are its default', () => {
  const none = settingsOf(dataWith({}));
  const one = settingsOf(dataWith({ CostCenter: '42' }));
  expect(changesBetween(none, one).filter(({ name }) => name === 'tags')).toEqual([
    { name: 'tags', old: '', new: 'CostCenter=42' },
  ]);
  expect(none.find(({ name }) => name === 'tags')?.is_default).toBe(true);
});

test('a tag of the volume alone is told apart', () => {
  const data = dataWith({ CostCenter: '42' });
  const TagSpecifications = data.TagSpecifications?.map((specification) =>
    specification.ResourceType === 'volume'
      ? { ...specification, Tags: [{ Key: 'CostCenter', Value: '43' }] }
      : specification,
  );
  const settings = settingsOf({ ...data, TagSpecifications });
  expect(settings.find(({ name }) => name === 'tag of volume: CostCenter')?.value).toBe('43');
});

test('an override of another setting keeps them, on all that a launch makes', () => {
  const data = dataWith({ CostCenter: '42' });
  const changed = changedData(data, { settings: { ec2_timeout: '2h' } });
  const tagged = changed.TagSpecifications?.filter(({ Tags }) => Tags?.some(({ Key }) => Key === 'CostCenter'));
  expect(tagged?.map(({ ResourceType }) => ResourceType)).toEqual(['instance', 'volume', 'network-interface']);
});

import { describeVersion, readDescription } from '../../../lambda/publish/description';
import { compareImages, isBaked } from '../../../lambda/publish/image-order';
import { hasSettingsOf, lineage, settingsAuthor } from '../../../lambda/publish/lineage';
import { sameSettings } from '../../../lambda/publish/same-settings';
import {
  boots,
  defaultOf,
  hasImage,
  hasImageFor,
  hasPython,
  type ImageInfo,
  lackingPackages,
  latestOf,
  packagesIn,
  suits,
  type TemplateVersion,
  versionNumbered,
} from '../../../lambda/publish/template';
import { image, tagged, template, version } from './template-state';

const TYPE = 'm7i.large' as const;
const numbers = (versions: TemplateVersion[]) => versions.map(({ number }) => number);

describe('a version of the launch template', () => {
  test('is found by its number; the latest has the highest', () => {
    const all = [version(2), version(3), version(1)];
    expect(versionNumbered(template(all), 3)).toBe(all[1]);
    expect(versionNumbered(template(all), 4)).toBeUndefined();
    expect(latestOf(all)).toBe(all[1]);
    expect(latestOf([])).toBeUndefined();
    expect(defaultOf(template(all, [], 2))).toBe(all[0]);
    expect(() => defaultOf(template(all, [], 7))).toThrow('the launch template has no version 7, its default');
  });

  test('boots an image of its own architecture, or where one of both is not known', () => {
    const arm = image({ architecture: 'arm64' });
    expect(boots(arm, { InstanceType: 'c7g.large' })).toBe(true);
    expect(boots(arm, { InstanceType: TYPE })).toBe(false);
    expect(boots(arm, {})).toBe(true);
    expect(boots(image(), { InstanceType: TYPE })).toBe(true);
  });

  test('is suited by an image with its Python and all of its packages; of a stranger nobody knows', () => {
    const settings = tagged({ python_version: '3.11', system_packages: 'git libgomp' });
    const ours = (pythonVersion: string, systemPackages: string[]) => image({ pythonVersion, systemPackages });
    expect(suits(ours('3.11', ['git', 'libgomp', 'x']), settings)).toBe(true);
    expect(suits(ours('3.6', ['git', 'libgomp']), settings)).toBe(false);
    expect(suits(ours('3.11', ['git']), settings)).toBe(false);
    expect(suits(image({ pythonVersion: '3.11', architecture: 'arm64' }), { ...settings, InstanceType: TYPE })).toBe(
      false,
    );
    expect(suits(image(), settings)).toBe(true);
    expect(lackingPackages(ours('3.11', ['x']), settings)).toEqual(['git', 'libgomp']);
    expect(lackingPackages(ours('3.11', []), {})).toEqual([]);
    expect(lackingPackages(image(), settings)).toEqual([]);
    expect(packagesIn(' git  libgomp ')).toEqual(['git', 'libgomp']);
    expect(packagesIn()).toEqual([]);
  });

  test('wants the Python of its tag, or the default where it says none', () => {
    const old = image({ pythonVersion: '3.6' });
    expect(hasPython(old, {})).toBe(true);
    expect(hasPython(old, tagged({ python_version: '' }))).toBe(true);
    expect(hasPython(old, tagged({ python_version: '3.11' }))).toBe(false);
    expect(hasPython(old, tagged({ python_version: '3.11' }, 'volume'))).toBe(true);
    expect(hasPython(old, { TagSpecifications: [{ ResourceType: 'instance' }] })).toBe(true);
    expect(hasPython(image(), tagged({ python_version: '3.11' }))).toBe(true);
  });

  test('has an image when that exists and boots, or is a reference that EC2 resolves', () => {
    const there = template([], [image({ architecture: 'arm64' })]);
    expect(hasImage(there, version(1, { ImageId: 'ami-1' }))).toBe(true);
    expect(hasImage(there, version(1, { ImageId: 'ami-1', InstanceType: TYPE }))).toBe(false);
    expect(hasImage(there, version(1, { ImageId: 'ami-2' }))).toBe(false);
    expect(hasImage(there, version(1))).toBe(false);
    expect(hasImage(there, version(1, { ImageId: 'resolve:ssm:/x', InstanceType: TYPE }))).toBe(true);
    expect(hasImageFor(there, 'ami-1', () => false)).toBe(false);
    expect(hasImageFor(there, undefined, () => true)).toBe(false);
  });
});

test('settings are the same whatever the image, the order and what is empty', () => {
  const both = [
    { ResourceType: 'volume' as const, Tags: [{ Key: 'b', Value: '1' }] },
    { ResourceType: 'instance' as const, Tags: [{ Key: 'a', Value: '' }] },
  ];
  expect(sameSettings({ TagSpecifications: both }, { TagSpecifications: [...both].reverse(), ImageId: 'ami-1' })).toBe(
    true,
  );
  expect(sameSettings({}, { ImageId: 'ami-1', KeyName: '', SecurityGroupIds: [], Monitoring: {} })).toBe(true);
  // Nor within a list or a field.
  for (const empty of [{ SecurityGroupIds: [''] }, { Placement: { Tenancy: undefined } }, { KeyName: null as never }]) {
    expect(sameSettings({}, empty)).toBe(true);
  }
  expect(sameSettings({ SecurityGroupIds: ['sg-1'] }, { SecurityGroupIds: ['', 'sg-1'] })).toBe(true);
  expect(sameSettings({ KeyName: 'k', UserData: 'u' }, { UserData: 'u', KeyName: 'k' })).toBe(true);
  expect(sameSettings({ EbsOptimized: false }, {})).toBe(false);
  expect(sameSettings({ EbsOptimized: false }, { EbsOptimized: true })).toBe(false);
  expect(sameSettings({ KeyName: 'a' }, { UserData: 'a' })).toBe(false);
  const until = (time: string) => ({
    InstanceMarketOptions: { SpotOptions: { ValidUntil: new Date(time) } },
  });
  expect(sameSettings(until('2026-11-26T00:00:00Z'), until('2026-11-26T00:00:00Z'))).toBe(true);
  expect(sameSettings(until('2026-11-26T00:00:00Z'), until('2026-11-27T00:00:00Z'))).toBe(false);
});

test.each([
  [{ writer: 'bake', settingsOf: 4 }, 'ami-1', 'bake: settings of version 4 with image ami-1'],
  [{ writer: 'deploy', settingsOf: 4 }, undefined, 'deploy: settings of version 4'],
  [
    { writer: 'operator', settingsOf: 4, imageOf: 3 },
    undefined,
    'operator: settings of version 4 with the image of version 3',
  ],
  [
    { writer: 'deploy', settingsOf: 4, imageOf: 3, after: 2 },
    undefined,
    'deploy: settings of version 4 with the image of version 3, after version 2',
  ],
  [{ writer: 'deploy', settingsOf: 4, after: 2 }, undefined, 'deploy: settings of version 4, after version 2'],
  [
    { writer: 'deploy', settingsOf: 4, imageOf: 3, after: 3 },
    undefined,
    'deploy: settings of version 4 with the image of version 3',
  ],
] as const)('%j is described in words that read back', (description, imageId, text) => {
  expect(describeVersion(description, imageId)).toBe(text);
  const read = readDescription(text);
  expect(read).toMatchObject({ writer: description.writer, settingsOf: 4 });
  if ('imageOf' in description)
    expect(read).toMatchObject({ imageOf: 3, after: 'after' in description ? description.after : 3 });
});

test('a description is no longer than EC2 takes, and another text is none', () => {
  expect(describeVersion({ writer: 'bake', settingsOf: 1 }, 'x'.repeat(300))).toHaveLength(255);
  for (const other of [
    '',
    'xbake: settings of version 4',
    'bake: settings of version x',
    'Bake: settings of version 4',
  ]) {
    expect(readDescription(other)).toBeUndefined();
  }
});

describe('an image', () => {
  const built = (path: string, created = '2026-11-01') =>
    image({ created, buildArn: `arn:aws:imagebuilder:eu-west-1:111122223333:image/${path}` });

  test("is one of Image Builder's by its ARN", () => {
    expect(isBaked(built('jobs/1.0.0/1'))).toBe(true);
    for (const other of ['jobs/1.0.0', 'jobs/1.0.x/1', 'jobs/1.0.0/1/x', '1.0.0/1'])
      expect(isBaked(built(other))).toBe(false);
    expect(isBaked(image())).toBe(false);
  });

  test('is newer by the number of its build within a version of the recipe, else by its date', () => {
    expect(compareImages(built('jobs/1.0.0/10', '2026-11-01'), built('jobs/1.0.0/9', '2026-11-02'))).toBe(1);
    expect(compareImages(built('jobs/1.0.0/1'), built('jobs/1.0.0/1'))).toBe(0);
    expect(compareImages(built('jobs/1.0.1/1', '2026-11-01'), built('jobs/1.0.0/9', '2026-11-02'))).toBeLessThan(0);
    expect(compareImages(image({ created: '2026-11-02' }), built('jobs/1.0.0/9', '2026-11-01'))).toBeGreaterThan(0);
    expect(compareImages(built('jobs/1.0.0/9', '2026-11-01'), image({ created: '2026-11-02' }))).toBeLessThan(0);
  });
});

describe('where settings come from', () => {
  const baked = (id: string) => image({ id, buildArn: 'arn:aws:imagebuilder:x:y:image/jobs/1.0.0/1' });
  const settings = { InstanceType: TYPE, ...tagged({ app_url: 'u' }) };

  test('a version has the settings of another that it equals, or of which its description says so', () => {
    const source = version(4, settings);
    expect(hasSettingsOf(version(5, { ...settings, ImageId: 'ami-1' }), source)).toBe(true);
    expect(hasSettingsOf(version(5, { KeyName: 'x' }, 'bake: settings of version 4'), source)).toBe(true);
    expect(hasSettingsOf(version(5, { KeyName: 'x' }, 'bake: settings of version 3'), source)).toBe(false);
    expect(hasSettingsOf(version(5, { KeyName: 'x' }), source)).toBe(false);
  });

  test('descriptions lead back, as long as numbers fall', () => {
    const all = [
      version(1, settings),
      version(2, { KeyName: 'x' }, 'bake: settings of version 1'),
      version(3, {}, 'deploy: settings of version 2'),
      version(4, {}, 'bake: settings of version 4'),
      version(5, {}, 'bake: settings of version 9'),
    ];
    expect(numbers(lineage(template(all), all[2] as TemplateVersion))).toEqual([3, 2, 1]);
    expect(numbers(lineage(template(all), all[3] as TemplateVersion))).toEqual([4]);
    expect(numbers(lineage(template(all), all[4] as TemplateVersion))).toEqual([5]);
    expect(settingsAuthor(template(all), all[2] as TemplateVersion)).toBe(1);
    expect(settingsAuthor(template(all), all[3] as TemplateVersion)).toBe(4);
    expect(settingsAuthor(template(all), all[4] as TemplateVersion)).toBe(5);
  });

  test('a source that was deleted is still the author', () => {
    const only = version(7, {}, 'bake: settings of version 3');
    expect(settingsAuthor(template([only]), only)).toBe(3);
    expect(numbers(lineage(template([only]), only))).toEqual([7]);
  });

  test("Image Builder's version is a copy of the latest that it equals, or else is like, when nobody had its image before", () => {
    const own = version(5, { ...settings, ImageId: 'ami-5' });
    const alike = (number: number, more: TemplateVersion['data'] = {}) => version(number, { ...settings, ...more });
    const of = (others: TemplateVersion[], images: ImageInfo[] = [baked('ami-5')]) =>
      numbers(lineage(template([...others, own], images), own));
    expect(of([alike(1), alike(2), version(3, { KeyName: 'x' })])).toEqual([5, 2]);
    expect(of([alike(1, { EbsOptimized: true }), alike(2, { EbsOptimized: true })])).toEqual([5, 2]);
    expect(of([alike(1, { EbsOptimized: true })], [])).toEqual([5, 1]);
    // An operator's image, in other words than any.
    expect(of([alike(1, { EbsOptimized: true })], [image({ id: 'ami-5' })])).toEqual([5]);
    expect(of([alike(1)], [image({ id: 'ami-5' })])).toEqual([5, 1]);
    // Somebody had the image before.
    expect(of([alike(1), version(2, { ImageId: 'ami-5' })])).toEqual([5]);
    expect(of([alike(1), version(6, { ImageId: 'ami-5' })])).toEqual([5, 1]);
    // Of another instance type, or with other tags.
    expect(of([version(1, { ...tagged({ app_url: 'u' }) })])).toEqual([5]);
    expect(of([version(1, { InstanceType: TYPE, ...tagged({ app_url: 'v' }) })])).toEqual([5]);
    expect(of([alike(6)])).toEqual([5]);
  });

  test('a version without an image and without a description has its own', () => {
    const own = version(5, settings);
    expect(numbers(lineage(template([version(1, settings), own]), own))).toEqual([5]);
    expect(numbers(lineage(template([version(1, { ...settings, ImageId: 'ami-1' }), own]), own))).toEqual([5]);
    expect(settingsAuthor(template([own]), own)).toBe(5);
  });
});

import {
  DescribeImagesCommand,
  DescribeLaunchTemplateVersionsCommand,
  EC2Client,
  type Image,
  type LaunchTemplateVersion,
} from '@aws-sdk/client-ec2';
import { existingImages, imageInfo, readTemplate } from '../../../lambda/publish/read-template';
import { withSend } from '../with-send';

const BUILD = 'arn:aws:imagebuilder:eu-west-1:000000000000:image/jobs/1.0.0/7';

/** EC2 with these pages of versions and all these images, and what it was asked for. */
function ec2With(pages: (LaunchTemplateVersion[] | undefined)[], images?: Image[]) {
  const asked = { versions: [] as object[], images: [] as (string[] | undefined)[][] };
  const ec2 = withSend(EC2Client, async (command: object) => {
    if (command instanceof DescribeLaunchTemplateVersionsCommand) {
      asked.versions.push(command.input);
      const page = Number(command.input.NextToken ?? 0);
      const NextToken = page + 1 < pages.length ? String(page + 1) : undefined;
      return { LaunchTemplateVersions: pages[page], NextToken };
    }
    if (!(command instanceof DescribeImagesCommand)) throw new Error('nothing else is asked');
    asked.images.push((command.input.Filters ?? []).map(({ Name, Values }) => [Name ?? '', ...(Values ?? [])]));
    return { Images: images };
  });
  return { ec2, asked };
}

const numbered = (VersionNumber: number, more: Partial<LaunchTemplateVersion> = {}) => ({ VersionNumber, ...more });

test('all pages of the versions are read, each with its description and data, and which is the default', async () => {
  const { ec2, asked } = ec2With([
    [numbered(3, { VersionDescription: 'mine', LaunchTemplateData: { KeyName: 'k' } })],
    [numbered(2, { DefaultVersion: true }), numbered(1, { DefaultVersion: false })],
  ]);
  expect(await readTemplate(ec2, 'lt-1')).toEqual({
    defaultVersion: 2,
    versions: [
      { number: 3, description: 'mine', data: { KeyName: 'k' } },
      { number: 2, description: '', data: {} },
      { number: 1, description: '', data: {} },
    ],
    images: new Map(),
  });
  expect(asked.versions).toMatchObject([
    { LaunchTemplateId: 'lt-1', MaxResults: 200 },
    { LaunchTemplateId: 'lt-1', MaxResults: 200, NextToken: '1' },
  ]);
});

test('a page without versions has none', async () => {
  expect(await readTemplate(ec2With([undefined]).ec2, 'lt-1')).toMatchObject({ defaultVersion: 0, versions: [] });
});

test('each image of a version is asked for once, a reference that EC2 resolves never', async () => {
  const of = (number: number, ImageId?: string) => numbered(number, { LaunchTemplateData: { ImageId } });
  const { ec2, asked } = ec2With([[of(1), of(2, 'ami-1'), of(3, 'resolve:ssm:/x'), of(4, 'ami-1'), of(5, 'ami-2')]]);
  await readTemplate(ec2, 'lt-1');
  expect(asked.images).toEqual([
    [
      ['image-id', 'ami-1', 'ami-2'],
      ['state', 'available'],
    ],
  ]);
});

test('without an image nothing is asked', async () => {
  const { ec2, asked } = ec2With([[numbered(1)]]);
  await readTemplate(ec2, 'lt-1');
  expect(asked.images).toEqual([]);
});

test('the image of a bake is looked for although no version has it, and is of that bake whatever its tags say', async () => {
  const { ec2, asked } = ec2With([[numbered(1)]], [{ ImageId: 'ami-7', CreationDate: '2026-11-01' }]);
  const { images } = await readTemplate(ec2, 'lt-1', { imageId: 'ami-7', buildArn: BUILD });
  expect(asked.images).toMatchObject([
    [
      ['image-id', 'ami-7'],
      ['state', 'available'],
    ],
  ]);
  expect([...images]).toEqual([['ami-7', expect.objectContaining({ id: 'ami-7', buildArn: BUILD })]]);
});

test('the image of a bake that is gone is none', async () => {
  const { images } = await readTemplate(ec2With([[]]).ec2, 'lt-1', { imageId: 'ami-7', buildArn: BUILD });
  expect(images.size).toBe(0);
});

test('more images than a filter takes are asked for in parts, and only what EC2 names counts', async () => {
  const ids = Array.from({ length: 400 }, (_, number) => `ami-${number}`);
  const { ec2, asked } = ec2With([], [{ ImageId: 'ami-1' }, { CreationDate: '2026-11-01' }]);
  const found = await existingImages(ec2, ids);
  expect([found.size, found.get('ami-1')?.id]).toEqual([1, 'ami-1']);
  expect(asked.images.map(([filter]) => filter)).toEqual([
    ['image-id', ...ids.slice(0, 200)],
    ['image-id', ...ids.slice(200)],
  ]);
});

test('an image tells its bake, its Python and its packages by tags', () => {
  const Tags = [
    { Key: 'Ec2ImageBuilderArn', Value: BUILD },
    { Key: 'lambda-ec2:python-version', Value: '3.6' },
    { Key: 'lambda-ec2:system-packages', Value: 'git libgomp' },
  ];
  expect(imageInfo('ami-1', { CreationDate: '2026-11-01', Architecture: 'arm64', Tags })).toEqual({
    id: 'ami-1',
    created: '2026-11-01',
    architecture: 'arm64',
    buildArn: BUILD,
    pythonVersion: '3.6',
    systemPackages: ['git', 'libgomp'],
  });
  expect(imageInfo('ami-1', { Tags: Tags.slice(0, 2) }).systemPackages).toEqual([]);
  expect(imageInfo('ami-1', { Tags: Tags.slice(2) }).systemPackages).toBeUndefined();
  expect(imageInfo('ami-1', {})).toEqual({ id: 'ami-1', created: '' });
});

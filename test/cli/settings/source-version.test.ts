import { EC2Client } from '@aws-sdk/client-ec2';
import { versionForJob } from '../../../cli/override/new-version';
import { readSource } from '../../../cli/settings/source-version';
import { withSend } from '../../lambda/with-send';

const SYSTEM = { options: [] };
const Tags = (ref: string) => [
  { Key: 'app_url', Value: 'https://example.com/a.git' },
  { Key: 'app_ref', Value: ref },
];
const dataOf = (ref: string) => ({
  ImageId: 'ami-1',
  TagSpecifications: [{ ResourceType: 'instance' as const, Tags: Tags(ref) }],
});

/** EC2 with 5,000 versions, of which each has a ref of its own, and the names of the calls that it gets. */
function ec2With(calls: string[]): EC2Client {
  const version = (VersionNumber: number) => ({ VersionNumber, LaunchTemplateData: dataOf(`r${VersionNumber}`) });
  return withSend(EC2Client, async (command: { constructor: { name: string }; input: never }) => {
    const { name } = command.constructor;
    calls.push(name.replace('Command', ''));
    const { MinVersion, Versions } = command.input as { MinVersion?: string; Versions?: string[] };
    switch (name) {
      case 'DescribeLaunchTemplatesCommand':
        return { LaunchTemplates: [{ DefaultVersionNumber: 7, LatestVersionNumber: 5_000 }] };
      case 'DescribeLaunchTemplateVersionsCommand': {
        const from = Number(MinVersion);
        const numbers = Versions?.map(Number) ?? Array.from({ length: 5_001 - from }, (_, at) => from + at);
        return { LaunchTemplateVersions: numbers.map(version) };
      }
      case 'CreateLaunchTemplateVersionCommand':
        return { LaunchTemplateVersion: { VersionNumber: 5_001 } };
      case 'DescribeImagesCommand':
        return { Images: [{ ImageId: 'ami-1', State: 'available' }] };
      default:
        return {};
    }
  });
}

test('however many versions there are, a job for a commit asks for the newest and the one to copy', async () => {
  const calls: string[] = [];
  const source = await readSource(ec2With(calls), SYSTEM, 'lt-1');
  expect([source.source.number, source.newest.length, source.newest[0]?.number]).toEqual([7, 200, 5_000]);
  expect(calls).toEqual([
    'DescribeLaunchTemplates',
    'DescribeLaunchTemplateVersions',
    'DescribeLaunchTemplateVersions',
  ]);
});

test.each([
  ['r4950', 4_950],
  ['r7', 7],
  ['r3', 5_001],
])('a job with app_ref=%s starts from version %d', async (app_ref, number) => {
  const calls: string[] = [];
  const ec2 = ec2With(calls);
  const source = await readSource(ec2, SYSTEM, 'lt-1');
  const options = { note: '', isNamed: false };
  expect(await versionForJob(ec2, 'lt-1', source, { settings: { app_ref } }, options)).toBe(number);
  expect(calls.includes('CreateLaunchTemplateVersion')).toBe(number === 5_001);
});

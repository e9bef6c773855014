import { EC2Client } from '@aws-sdk/client-ec2';
import { type LaunchFacts, readLaunchFacts } from '../../../cli/settings/launch-facts';
import { launchProblems } from '../../../cli/settings/launch-problems';
import { withSend } from '../../lambda/with-send';

const Tags = [{ Key: 'app_url', Value: 'https://example.com/a.git' }];
const PACKAGES = { Key: 'system_packages', Value: 'libgomp poppler-utils' };
const data = (InstanceType: string) => ({
  ImageId: 'ami-1',
  InstanceType: InstanceType as never,
  TagSpecifications: [{ ResourceType: 'instance' as const, Tags }],
});
const facts = (types: LaunchFacts['types']): LaunchFacts => ({
  images: new Map([['ami-1', { id: 'ami-1', created: '', architecture: 'arm64' }]]),
  unavailable: new Map(),
  types,
});
const problems = (type: string, types: LaunchFacts['types']) => launchProblems(facts(types), { data: data(type) });

test('what EC2 says of an instance type counts, else its name', () => {
  const onlyX86 = ['its image ami-1 is arm64, and m7i.large is not'];
  expect(problems('m7i.large', undefined)).toEqual(onlyX86);
  expect(problems('m7i.large', new Map([['m7i.large', []]]))).toEqual(onlyX86);
  expect(problems('m7i.large', new Map([['m7i.large', ['x86_64']]]))).toEqual(onlyX86);
  expect(problems('m7i.large', new Map([['m7i.large', ['arm64']]]))).toEqual([]);
  expect(problems('m7g.large', undefined)).toEqual([]);
});

test('a type that EC2 has not is a problem only where it told', () => {
  expect(problems('m99g.huge', undefined)).toEqual([]);
  expect(problems('m99g.huge', new Map())).toEqual(['instance_type: EC2 has no m99g.huge in this Region']);
});

test('an image that lacks a package of the settings is a problem, if it is one of ours', () => {
  const wanted = {
    ...data('m7g.large'),
    TagSpecifications: [{ ResourceType: 'instance' as const, Tags: [...Tags, PACKAGES] }],
  };
  const withImage = (image: object) => ({
    ...facts(undefined),
    images: new Map([['ami-1', { id: 'ami-1', created: '', ...image }]]),
  });
  expect(launchProblems(withImage({ systemPackages: ['libgomp'] }), { data: wanted })).toEqual([
    'its image ami-1 lacks packages that system_packages names: poppler-utils',
  ]);
  expect(launchProblems(withImage({ systemPackages: ['libgomp', 'poppler-utils'] }), { data: wanted })).toEqual([]);
  expect(launchProblems(withImage({}), { data: wanted })).toEqual([]);
});

test('whoever may not ask for instance types learns of the images all the same', async () => {
  const ec2 = withSend(EC2Client, async (command: { constructor: { name: string } }) => {
    if (command.constructor.name !== 'DescribeInstanceTypesCommand')
      return { Images: [{ ImageId: 'ami-1', State: 'available' }] };
    throw Object.assign(new Error('not you'), { name: 'UnauthorizedOperation' });
  });
  const known = await readLaunchFacts(ec2, [data('m99.huge')]);
  expect([known.types, [...known.images.keys()]]).toEqual([undefined, ['ami-1']]);
});

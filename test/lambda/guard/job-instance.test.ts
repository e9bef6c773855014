import type { Instance } from '@aws-sdk/client-ec2';
import { asJobInstance, findJobInstances } from '../../../lambda/guard/job-instance';
import { described, stubAws } from './stub-aws';
import { JOB, NOW } from './stub-guard';

const OWNER = { stackName: 'lambda-ec2', templateId: 'lt-1' };
const own = (more: Partial<Instance> = {}) => asJobInstance({ ...described('i-1', 'running'), ...more }, OWNER);

test('an instance of ours is told by its tags, and says of its end what EC2 says', () => {
  const plain = {
    id: 'i-1',
    state: 'running',
    job: JOB,
    token: 'token',
    launchTime: new Date(NOW - 60_000),
    stateReason: '',
    stateMessage: '',
    transition: '',
    imageId: null,
    instanceType: null,
    templateVersion: null,
  };
  expect(own()).toMatchObject(plain);
  expect(
    own({
      StateReason: { Code: 'Client.X', Message: 'x' },
      StateTransitionReason: 'User initiated',
      ImageId: 'ami-1',
      InstanceType: 'm7i.large',
    }),
  ).toMatchObject({
    stateReason: 'Client.X',
    stateMessage: 'x',
    transition: 'User initiated',
    imageId: 'ami-1',
    instanceType: 'm7i.large',
  });
});

test.each<[string, Partial<Instance>]>([
  ['no tags', { Tags: undefined }],
  ['the tags of another stack', described('i-1', 'running', { tags: { 'lambda-ec2:stack': 'other' } })],
  ['another template', described('i-1', 'running', { tags: { 'aws:ec2launchtemplate:id': 'lt-2' } })],
  ['no job token', described('i-1', 'running', { tags: { 'lambda-ec2:job-token': '' } })],
  ['no id', { InstanceId: undefined }],
  ['no state', { State: {} }],
  ['no launch time', { LaunchTime: undefined }],
])('an instance with %s is none of ours', (_what, more) => {
  expect(own(more)).toBeUndefined();
});

test('a tag without a value is an empty one', () => {
  const Tags = [...(described('i-1', 'running').Tags ?? []), { Key: 'Name' }];
  expect(own({ Tags })?.tags).toMatchObject({ 'lambda-ec2:job-token': 'token', Name: '' });
});

test('all instances of ours are asked for by stack and template, and what is none of ours is left out', async () => {
  const other = { ...described('i-2', 'running'), Tags: [] };
  const { deps, inputs } = stubAws({ instances: [described('i-1', 'running'), other] });
  expect(await findJobInstances(deps.ec2, OWNER)).toStrictEqual([own()]);
  expect(inputs('DescribeInstances')).toMatchObject([
    {
      Filters: [
        { Name: 'tag:lambda-ec2:stack', Values: ['lambda-ec2'] },
        { Name: 'tag:aws:ec2launchtemplate:id', Values: ['lt-1'] },
      ],
    },
  ]);
});

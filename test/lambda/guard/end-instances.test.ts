import { jobToken } from '../../../contract/token';
import { endInstancesOf } from '../../../lambda/guard/end-instances';
import { s3Error } from './memory-bucket';
import { described, stubAws } from './stub-aws';
import { JOB } from './stub-guard';

test('one request terminates every instance of a run that is not terminated yet', async () => {
  const states = ['running', 'terminated', 'stopped', 'pending'] as const;
  const { deps, inputs } = stubAws({ instances: states.map((state, at) => described(`i-${at}`, state)) });
  const ids = ['i-0', 'i-2', 'i-3'];
  expect(await endInstancesOf(deps.ec2, deps.env, JOB)).toEqual(ids);
  expect(inputs('TerminateInstances')).toEqual([{ InstanceIds: ids }]);
});

test('EC2 is asked for the instances of the stack, of its launch template and of the run', async () => {
  const { deps, inputs } = stubAws();
  await endInstancesOf(deps.ec2, deps.env, JOB);
  expect(inputs('DescribeInstances')).toMatchObject([
    {
      Filters: [
        { Name: 'tag:lambda-ec2:stack', Values: ['lambda-ec2'] },
        { Name: 'tag:aws:ec2launchtemplate:id', Values: ['lt-1'] },
        { Name: 'tag:lambda-ec2:job-token', Values: [jobToken(JOB)] },
      ],
    },
  ]);
});

test.each([
  ['there is none', []],
  ['all are terminated', [described('i-1', 'terminated')]],
])('when %s, nothing is terminated', async (_what, instances) => {
  const { deps, asked } = stubAws({ instances });
  expect(await endInstancesOf(deps.ec2, deps.env, JOB)).toEqual([]);
  expect(asked.map(([name]) => name)).toEqual(['DescribeInstances']);
});

test('what EC2 refuses is told', async () => {
  const { deps } = stubAws({ instances: [described('i-1', 'running')] }, (name) =>
    name === 'TerminateInstances' ? s3Error('UnauthorizedOperation', 403) : undefined,
  );
  await expect(endInstancesOf(deps.ec2, deps.env, JOB)).rejects.toThrow('UnauthorizedOperation');
});

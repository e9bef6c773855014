import { ImagebuilderClient } from '@aws-sdk/client-imagebuilder';
import { hadNoRoom, moveToNextSubnet } from '../../../lambda/publish/bake-subnet';
import { withSend } from '../with-send';
import { PIPELINE } from './fixture';

const ARN = 'arn:aws:imagebuilder:eu-west-1:000000000000:infrastructure-configuration/jobs';
const SUBNETS = ['subnet-1', 'subnet-2', 'subnet-3'];
const CONFIGURATION = {
  instanceTypes: ['m7i.large', 'c7i.large'],
  instanceProfileName: 'jobs-profile',
  securityGroupIds: ['sg-1'],
  terminateInstanceOnFailure: true,
  resourceTags: { CostCenter: '42' },
  instanceMetadataOptions: { httpTokens: 'required', httpPutResponseHopLimit: 1 },
};

/** An Image Builder whose bakes run in this subnet, and what it was told. */
function builder(subnetId: string) {
  const updates: object[] = [];
  const client = withSend(ImagebuilderClient, async (command: object & { input: object }) => {
    const { name } = command.constructor;
    if (name === 'GetImagePipelineCommand') return { imagePipeline: { infrastructureConfigurationArn: ARN } };
    if (name === 'GetInfrastructureConfigurationCommand') {
      const about = {
        arn: ARN,
        name: 'jobs',
        dateCreated: '2026-01-01',
        dateUpdated: '2026-01-02',
        tags: { a: 'b' },
      };
      return { infrastructureConfiguration: { ...about, ...CONFIGURATION, subnetId } };
    }
    updates.push(command.input);
    return {};
  });
  return { client, updates };
}

test('the next subnet takes the place of the present one, and all else stays', async () => {
  const { client, updates } = builder('subnet-1');
  expect(await moveToNextSubnet(client, PIPELINE, SUBNETS)).toBe('subnet-2');
  expect(updates).toEqual([{ ...CONFIGURATION, infrastructureConfigurationArn: ARN, subnetId: 'subnet-2' }]);
});

test('after the last the next bake begins with the first, and none is started for it', async () => {
  const { client, updates } = builder('subnet-3');
  expect(await moveToNextSubnet(client, PIPELINE, SUBNETS)).toBeUndefined();
  expect(updates).toMatchObject([{ subnetId: 'subnet-1' }]);
});

test('with one subnet there is no other', async () => {
  const { client, updates } = builder('subnet-1');
  expect(await moveToNextSubnet(client, PIPELINE, ['subnet-1'])).toBeUndefined();
  expect(updates).toEqual([]);
});

test.each([
  'We currently do not have sufficient m7i.large capacity in the Availability Zone you requested (us-east-1a).',
  'Your requested instance type (m7i.large) is not supported in your requested Availability Zone (us-east-1e).',
  'There are not enough free addresses in subnet subnet-1 to satisfy the requested number of instances.',
  'failed: InsufficientInstanceCapacity',
])('%s: there was no room', (reason) => {
  expect(hadNoRoom(reason)).toBe(true);
});

test.each(['', 'Step app failed', 'You have exceeded your vCPU limit', 'the disk has not sufficient space'])(
  '%s: another subnet would not help',
  (reason) => {
    expect(hadNoRoom(reason)).toBe(false);
  },
);

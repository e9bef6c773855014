import { ImagebuilderClient } from '@aws-sdk/client-imagebuilder';
import { hadNoRoom, moveToNextSubnet } from '../../../lambda/publish/bake-subnet';
import { bakesOf, bakeToken } from '../../../lambda/publish/bakes';
import { tellFailedBake } from '../../../lambda/publish/failed-bakes';
import { withSend } from '../with-send';
import { IMAGES, PIPELINE } from './fixture';

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

const BUILD = `${IMAGES}1.0.1/1`;

/** An Image Builder whose bakes run in this subnet, and one of them failed; what it was told. */
function builder(subnetId: string) {
  const [updates, starts]: [object[], string[]] = [[], []];
  let configuration: object = { ...CONFIGURATION, subnetId };
  const tags: Record<string, string> = {};
  const answers: Record<string, (input: { tags: object; clientToken: string }) => object> = {
    GetImagePipelineCommand: () => ({ imagePipeline: { infrastructureConfigurationArn: ARN } }),
    GetInfrastructureConfigurationCommand: () => {
      const about = { arn: ARN, name: 'jobs', dateCreated: '2026-01-01', dateUpdated: '2026-01-02', tags: { a: 'b' } };
      return { infrastructureConfiguration: { ...about, ...configuration } };
    },
    UpdateInfrastructureConfigurationCommand: (input) => {
      updates.push(input);
      configuration = input;
      return {};
    },
    GetImageCommand: () => ({ image: { state: { status: 'FAILED', reason: 'InsufficientInstanceCapacity' }, tags } }),
    TagResourceCommand: (input) => Object.assign(tags, input.tags),
    StartImagePipelineExecutionCommand: ({ clientToken }) => {
      starts.push(clientToken);
      return {};
    },
  };
  const client = withSend(
    ImagebuilderClient,
    async (command: { constructor: { name: string }; input: { tags: object; clientToken: string } }) =>
      answers[command.constructor.name]?.(command.input),
  );
  return { client, updates, starts };
}

test('the next subnet takes the place of the present one, and all else stays', async () => {
  const { client, updates } = builder('subnet-1');
  expect(await moveToNextSubnet(client, PIPELINE, SUBNETS, BUILD)).toBe('subnet-2');
  expect(updates).toEqual([{ ...CONFIGURATION, infrastructureConfigurationArn: ARN, subnetId: 'subnet-2' }]);
});

test('after the last the next bake begins with the first, and none is started for it', async () => {
  const { client, updates } = builder('subnet-3');
  for (const _ of [1, 2]) expect(await moveToNextSubnet(client, PIPELINE, SUBNETS, BUILD)).toBeUndefined();
  expect(updates).toMatchObject([{ subnetId: 'subnet-1' }]);
});

test('with one subnet there is no other', async () => {
  const { client, updates } = builder('subnet-1');
  expect(await moveToNextSubnet(client, PIPELINE, ['subnet-1'], BUILD)).toBeUndefined();
  expect(updates).toEqual([]);
});

test('a failed bake moves the bakes on once, however often SNS does not take the message', async () => {
  const { client, updates, starts } = builder('subnet-1');
  const bakes = bakesOf(client, { pipelineArn: PIPELINE, region: 'eu-west-1' });
  const notices: string[] = [];
  let refusals = 2;
  const notify = async (_subject: string, message: string) => {
    if (refusals-- > 0) throw new Error('not now');
    notices.push(message);
  };
  const deps = { bakes, env: { stackName: 'jobs', subnetIds: SUBNETS }, notify };
  for (const _ of [1, 2]) await expect(tellFailedBake(deps, BUILD)).rejects.toThrow('not now');
  await tellFailedBake(deps, BUILD);
  await tellFailedBake(deps, BUILD);
  expect(updates).toMatchObject([{ subnetId: 'subnet-2' }]);
  expect(new Set(starts)).toEqual(new Set([bakeToken(BUILD)]));
  expect(notices).toEqual([expect.stringContaining('It is tried once more in the subnet subnet-2.')]);
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

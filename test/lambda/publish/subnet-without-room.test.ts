import { ImagebuilderClient } from '@aws-sdk/client-imagebuilder';
import { moveToNextSubnet } from '../../../lambda/publish/bake-subnet';
import { IMAGES, PIPELINE } from './fixture';
import { stubClient } from './stub-client';

const ARN = 'arn:aws:imagebuilder:eu-west-1:000000000000:infrastructure-configuration/jobs';
const BUILD = `${IMAGES}1.0.1/1`;

/** What a pipeline whose bakes run in this subnet is asked for, after this bake of it found no room, and the outcome. */
async function move(subnetId: string | undefined, subnetIds: string[], image?: object) {
  const { client, asked } = stubClient(ImagebuilderClient, {
    GetImagePipeline: () => ({ imagePipeline: { infrastructureConfigurationArn: ARN } }),
    GetInfrastructureConfiguration: () => ({ infrastructureConfiguration: { subnetId } }),
    GetImage: () => ({ image }),
  });
  return { to: await moveToNextSubnet(client, PIPELINE, subnetIds, BUILD), asked };
}

test.each([[undefined], [{}], [{ tags: { other: 'x' } }]])(
  'a bake without a mark, %j, gets one before the bakes are moved',
  async (image) => {
    const { to, asked } = await move('subnet-1', ['subnet-1', 'subnet-2'], image);
    expect(to).toBe('subnet-2');
    expect(asked).toEqual([
      ['GetImagePipeline', { imagePipelineArn: PIPELINE }],
      ['GetInfrastructureConfiguration', { infrastructureConfigurationArn: ARN }],
      ['GetImage', { imageBuildVersionArn: BUILD }],
      ['TagResource', { resourceArn: BUILD, tags: { 'lambda-ec2:no-room-in': 'subnet-1' } }],
      [
        'UpdateInfrastructureConfiguration',
        expect.objectContaining({ infrastructureConfigurationArn: ARN, subnetId: 'subnet-2' }),
      ],
    ]);
  },
);

test('bakes that ran in a subnet that is not listed any more begin with the first', async () => {
  const { to, asked } = await move('subnet-9', ['subnet-1', 'subnet-2']);
  expect(to).toBe('subnet-1');
  expect(asked.at(-1)).toMatchObject(['UpdateInfrastructureConfiguration', { subnetId: 'subnet-1' }]);
});

test('bakes whose configuration has no subnet begin with the first', async () => {
  const { to, asked } = await move(undefined, ['subnet-1']);
  expect(to).toBe('subnet-1');
  expect(asked.slice(-2)).toMatchObject([
    ['TagResource', { tags: { 'lambda-ec2:no-room-in': '' } }],
    ['UpdateInfrastructureConfiguration', { subnetId: 'subnet-1' }],
  ]);
});

test('a bake that is marked has moved the bakes before', async () => {
  const { to, asked } = await move('subnet-2', ['subnet-1', 'subnet-2'], {
    tags: { 'lambda-ec2:no-room-in': 'subnet-1' },
  });
  expect(to).toBe('subnet-2');
  expect(asked.map(([action]) => action)).toEqual(['GetImagePipeline', 'GetInfrastructureConfiguration', 'GetImage']);
});

test('without subnets nothing is moved', async () => {
  const { to, asked } = await move('subnet-1', []);
  expect(to).toBeUndefined();
  expect(asked.map(([action]) => action)).not.toContain('UpdateInfrastructureConfiguration');
});

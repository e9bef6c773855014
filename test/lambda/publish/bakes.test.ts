import { type Image, ImagebuilderClient } from '@aws-sdk/client-imagebuilder';
import { bakesOf } from '../../../lambda/publish/bakes';
import { IMAGES, PIPELINE, RECIPES } from './fixture';
import { stubClient } from './stub-client';

const BUILD = `${IMAGES}1.0.1/2`;
const AMI = { region: 'eu-west-1', image: 'ami-1' };
const AVAILABLE: Image = { state: { status: 'AVAILABLE' }, outputResources: { amis: [AMI] } };

/** The bakes of an Image Builder that answers like this. */
function bakesFrom(answers: Parameters<typeof stubClient>[1] = {}) {
  const { client, asked } = stubClient(ImagebuilderClient, answers);
  return { bakes: bakesOf(client, { pipelineArn: PIPELINE, region: 'eu-west-1' }), asked };
}
const bakesWith = (image?: Image) => bakesFrom({ GetImage: () => ({ image }) });

test("a finished bake has the AMI of this Region and its recipe's ARN", async () => {
  const amis = [{ region: 'us-east-1', image: 'ami-2' }, AMI];
  const { bakes, asked } = bakesWith({ ...AVAILABLE, outputResources: { amis }, imageRecipe: { arn: 'arn:recipe' } });
  expect(await bakes.finished(BUILD)).toEqual({ imageId: 'ami-1', recipeArn: 'arn:recipe', handled: false });
  expect(asked).toEqual([['GetImage', { imageBuildVersionArn: BUILD }]]);
});

test('the recipe of a finished bake is that of its ARN when Image Builder does not name it', async () => {
  const expected = { imageId: 'ami-1', recipeArn: `${RECIPES}1.0.1`, handled: false };
  expect(await bakesWith(AVAILABLE).bakes.finished(BUILD)).toEqual(expected);
  expect(await bakesWith({ ...AVAILABLE, imageRecipe: {} }).bakes.finished(BUILD)).toEqual(expected);
});

test.each([
  ['has the mark', { 'lambda-ec2:handled': 'true' }, true],
  ['has other tags', { 'lambda-ec2:failure-told': 'true' }, false],
])('whether a finished bake is handled: it %s', async (_what, tags, handled) => {
  expect(await bakesWith({ ...AVAILABLE, tags }).bakes.finished(BUILD)).toMatchObject({ handled });
});

test.each<[string, Image | undefined]>([
  ['is gone', undefined],
  ['has no state', { outputResources: { amis: [AMI] } }],
  ['was taken out of use', { ...AVAILABLE, state: { status: 'DEPRECATED' } }],
  ['has made nothing', { state: { status: 'AVAILABLE' } }],
  ['has made something other than an AMI', { ...AVAILABLE, outputResources: {} }],
  ['has an AMI in another Region only', { ...AVAILABLE, outputResources: { amis: [{ ...AMI, region: 'us-east-1' }] } }],
])('a bake that %s is not a finished one', async (_what, image) => {
  expect(await bakesWith(image).bakes.finished(BUILD)).toBeUndefined();
});

test.each<[string, Image, object]>([
  [
    'FAILED with a reason',
    { state: { status: 'FAILED', reason: 'no package' } },
    { reason: 'no package', told: false },
  ],
  ['CANCELLED without one', { state: { status: 'CANCELLED' }, tags: {} }, { reason: '', told: false }],
  [
    'FAILED and marked as told',
    { state: { status: 'FAILED' }, tags: { 'lambda-ec2:failure-told': 'true' } },
    { told: true },
  ],
])('a bake is %s', async (_what, image, expected) => {
  const { bakes, asked } = bakesWith(image);
  expect(await bakes.failure(BUILD)).toMatchObject({ status: image.state?.status, ...expected });
  expect(asked).toEqual([['GetImage', { imageBuildVersionArn: BUILD }]]);
});

test.each<[string, Image | undefined]>([
  ['is gone', undefined],
  ['has no state', {}],
  ['is tried again', { state: { status: 'BUILDING', reason: 'of before' } }],
])('a bake that %s has not failed', async (_what, image) => {
  expect(await bakesWith(image).bakes.failure(BUILD)).toBeUndefined();
});

test('the current recipe is that of the pipeline', async () => {
  const { bakes, asked } = bakesFrom({ GetImagePipeline: () => ({ imagePipeline: { imageRecipeArn: 'arn:recipe' } }) });
  expect(await bakes.currentRecipe()).toBe('arn:recipe');
  expect(asked).toEqual([['GetImagePipeline', { imagePipelineArn: PIPELINE }]]);
});

test.each([[{}], [{ imagePipeline: {} }]])(
  'a pipeline without a recipe is an error that names it: %j',
  async (answer) => {
    const { bakes } = bakesFrom({ GetImagePipeline: () => answer });
    await expect(bakes.currentRecipe()).rejects.toThrow(`the pipeline ${PIPELINE} has no image recipe`);
  },
);

test('the list of bakes has those of every page, with what Image Builder leaves out as empty', async () => {
  const pages: Record<string, object> = {
    first: {
      imageSummaryList: [{ arn: BUILD, state: { status: 'AVAILABLE' }, dateCreated: '2026-01-01T00:00:01.000Z' }],
      nextToken: 'second',
    },
    second: { nextToken: 'third' },
    third: { imageSummaryList: [{}, { state: {}, dateCreated: 'yesterday' }] },
  };
  const { bakes, asked } = bakesFrom({
    ListImagePipelineImages: ({ nextToken = 'first' }: { nextToken?: string }) => pages[nextToken] ?? {},
  });
  const nothing = { buildArn: '', status: '', created: 0 };
  expect(await bakes.list()).toEqual([
    { buildArn: BUILD, status: 'AVAILABLE', created: Date.UTC(2026, 0, 1, 0, 0, 1) },
    nothing,
    nothing,
  ]);
  expect(asked).toMatchObject(
    [undefined, 'second', 'third'].map((nextToken) => [
      'ListImagePipelineImages',
      { imagePipelineArn: PIPELINE, ...(nextToken && { nextToken }) },
    ]),
  );
});

test('marks are tags of the bake, and a bake is started and cancelled by the ARNs of pipeline and bake', async () => {
  const { bakes, asked } = bakesFrom();
  await bakes.markHandled(BUILD);
  await bakes.markTold(BUILD);
  await bakes.start('a-token');
  await bakes.cancel(BUILD);
  expect(asked).toMatchObject([
    ['TagResource', { resourceArn: BUILD, tags: { 'lambda-ec2:handled': 'true' } }],
    ['TagResource', { resourceArn: BUILD, tags: { 'lambda-ec2:failure-told': 'true' } }],
    ['StartImagePipelineExecution', { imagePipelineArn: PIPELINE, clientToken: 'a-token' }],
    ['CancelImageCreation', { imageBuildVersionArn: BUILD }],
  ]);
});

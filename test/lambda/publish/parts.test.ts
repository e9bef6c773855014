import fc from 'fast-check';
import { publishEnv, readEnv } from '../../../contract/function-env';
import { describeVersion, readDescription } from '../../../lambda/publish/description';
import { compareImages } from '../../../lambda/publish/image-order';
import { isSameRecipe, recipeOfBuild } from '../../../lambda/publish/recipe';
import { sameSettings } from '../../../lambda/publish/same-settings';
import type { TemplateData } from '../../../lambda/publish/template';
import { IMAGES, PIPELINE, RECIPES, TOPIC } from './fixture';

test("a description reads back as what it says, and somebody else's as nothing", () => {
  const numbers = fc.integer({ min: 1, max: 10_000 });
  const descriptions = fc.record({
    writer: fc.constantFrom('deploy' as const, 'rollback' as const, 'operator' as const),
    settingsOf: numbers,
    imageOf: numbers,
    after: numbers,
  });
  fc.assert(fc.property(descriptions, (one) => expect(readDescription(describeVersion(one))).toEqual(one)));
  expect(readDescription(describeVersion({ writer: 'bake', settingsOf: 4 }, 'ami-0abc'))).toEqual({
    writer: 'bake',
    settingsOf: 4,
  });
  for (const other of ['', 'my own try', 'settings of version 4']) expect(readDescription(other)).toBeUndefined();
});

test('order of tags, and empty values, make no other settings; anything else does', () => {
  const tags = [
    { Key: 'app_url', Value: 'u' },
    { Key: 'app_ref', Value: 'r' },
  ];
  const one: TemplateData = { ImageId: 'ami-1', TagSpecifications: [{ ResourceType: 'instance', Tags: tags }] };
  const other: TemplateData = {
    TagSpecifications: [{ ResourceType: 'instance', Tags: [...tags].reverse() }],
    BlockDeviceMappings: [],
    ImageId: 'ami-2',
  };
  expect(sameSettings(one, other)).toBe(true);
  expect(sameSettings(one, { ...other, InstanceType: 'm7i.large' })).toBe(false);
  expect(sameSettings(one, { TagSpecifications: [{ ResourceType: 'instance', Tags: tags.slice(1) }] })).toBe(false);
});

test('bakes of one version of the recipe are ordered by their number, not as text, all others by their creation', () => {
  const image = (version: string, created: string, name = 'jobs') => ({
    id: 'ami-1',
    created,
    buildArn: `arn:aws:imagebuilder:eu-west-1:000000000000:image/${name}/${version}`,
  });
  expect(compareImages(image('1.0.9/9', '2026-01-02'), image('1.0.9/10', '2026-01-01'))).toBeLessThan(0);
  expect(compareImages(image('1.0.9/2', '2026-01-01'), image('1.0.9/1', '2026-01-02'))).toBeGreaterThan(0);
  expect(compareImages(image('1.0.0/7', '2026-01-02'), image('1.0.1/1', '2026-01-01'))).toBeGreaterThan(0);
  expect(compareImages(image('1.0.9/1', '2026-01-02'), image('1.0.9/2', '2026-01-01', 'other'))).toBeGreaterThan(0);
});

test('a bake is of the recipe whose name and version it has', () => {
  expect(recipeOfBuild(`${IMAGES}1.0.3/2`)).toBe(`${RECIPES}1.0.3`);
  expect(recipeOfBuild(`${IMAGES}1.0.3/12`)).toBe(`${RECIPES}1.0.3`);
  expect(recipeOfBuild(`${IMAGES}1.0.3`)).toBe(`${IMAGES}1.0.3`);
  expect(recipeOfBuild(`${IMAGES}1.0.3/2/more`)).toBe(`${IMAGES}1.0.3/2/more`);
  expect(isSameRecipe(`${RECIPES}1.0.3`, `${RECIPES}1.0.3`)).toBe(true);
  expect(isSameRecipe(`${RECIPES}1.0.3`, `${RECIPES}1.0.x`)).toBe(true);
  expect(isSameRecipe(`${RECIPES}2.4.3`, `${RECIPES}x.x.x`)).toBe(true);
  expect(isSameRecipe(`${RECIPES}1.0.30`, `${RECIPES}1.0.3`)).toBe(false);
  expect(isSameRecipe(`${RECIPES}1.0.3`, `${RECIPES.replace('jobs', 'other')}1.0.3`)).toBe(false);
});

test('all wrong variables are named in one error', () => {
  const env = {
    TEMPLATE_ID: 'lt-0123456789abcdef0',
    STACK_NAME: 'lambda-ec2',
    PIPELINE_ARN: PIPELINE,
    IMAGE_ARN_PREFIX: IMAGES,
    TOPIC_ARN: TOPIC,
    AWS_REGION: 'eu-west-1',
  };
  expect(readEnv(publishEnv, env)).toMatchObject({
    pipelineArn: PIPELINE,
    imageArnPrefix: IMAGES,
    awsRegion: 'eu-west-1',
  });
  expect(() => readEnv(publishEnv, { ...env, PIPELINE_ARN: 'pipeline', AWS_REGION: undefined })).toThrow(
    'wrong environment: PIPELINE_ARN must be the ARN of an image pipeline; AWS_REGION is missing',
  );
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ComponentDocument } from '../../infra/image-component';
import { rawTemplate, resourcesOf, theResource } from './synth';

const folder = mkdtempSync(join(tmpdir(), 'lambda-ec2-component-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const component = (documents: ComponentDocument[]) => {
  const template = rawTemplate({}, documents);
  const { Properties } = theResource(template, 'AWS::ImageBuilder::Component');
  const [use] = theResource(template, 'AWS::ImageBuilder::ImageRecipe').Properties.Components;
  const policy = resourcesOf(template, 'AWS::IAM::Policy').find(([id]) => id.includes('ImageBake'))?.[1];
  return { ...Properties, use, statements: policy?.Properties.PolicyDocument.Statement ?? [] };
};
const document = (more: Partial<ComponentDocument>): ComponentDocument => ({
  name: 'runner',
  description: 'The runner',
  data: 'schemaVersion: 1.0',
  ...more,
});

test('a document of 16,000 characters travels inside the component', () => {
  const data = 'x'.repeat(16_000);
  expect(component([document({ data })])).toMatchObject({ Data: data, statements: [] });
});

test('a longer one travels as an asset, whose URL changes with its content, and which the bake may read', () => {
  const one = component([document({ data: 'x'.repeat(16_001) })]);
  const other = component([document({ data: 'y'.repeat(16_001) })]);
  expect(one.Data).toBeUndefined();
  expect(JSON.stringify(one.Uri)).toMatch(/s3:.*[0-9a-f]{64}\.yaml/);
  expect(other.Uri).not.toEqual(one.Uri);
  const key = /[0-9a-f]{64}\.yaml/.exec(JSON.stringify(one.Uri))?.[0];
  expect(one.statements).toEqual([{ Effect: 'Allow', Action: 's3:GetObject', Resource: expect.anything() }]);
  expect(JSON.stringify(one.statements[0].Resource)).toContain(`/${key}`);
});

test('a file that a document downloads is an asset, given to it as a parameter', () => {
  const path = join(folder, 'file.txt');
  writeFileSync(path, 'one');
  const one = component([document({ assets: { RunnerFiles: path } })]);
  expect(one.use.Parameters).toEqual([{ Name: 'RunnerFiles', Value: [expect.anything()] }]);
  writeFileSync(path, 'two');
  const other = component([document({ assets: { RunnerFiles: path } })]);
  expect(other.use.Parameters).not.toEqual(one.use.Parameters);
  expect(one.statements).toMatchObject([{ Effect: 'Allow', Action: 's3:GetObject' }]);
});

test('what a run leaves beside the files of a folder is no change of it', () => {
  const path = join(folder, 'files');
  mkdirSync(join(path, '__pycache__'), { recursive: true });
  writeFileSync(join(path, 'kept.py'), 'one');
  const parameters = () => component([document({ assets: { Files: path } })]).use.Parameters;
  const before = parameters();
  writeFileSync(join(path, '__pycache__', 'kept.cpython-36.pyc'), 'compiled');
  expect(parameters()).toEqual(before);
  writeFileSync(join(path, 'kept.py'), 'two');
  expect(parameters()).not.toEqual(before);
});

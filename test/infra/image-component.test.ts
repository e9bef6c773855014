import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { IMAGE, resourcesOf, synthesizeOnce, theResource } from './synth';

const folder = mkdtempSync(path.join(tmpdir(), 'lambda-ec2-component-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const component = (assets: Record<string, string>) => {
  const template = synthesizeOnce({}, { ...IMAGE, assets });
  const [use] = theResource(template, 'AWS::ImageBuilder::ImageRecipe').Properties.Components;
  const policy = resourcesOf(template, 'AWS::IAM::Policy').find(([id]) => id.includes('ImageBake'))?.[1];
  return { use, statements: policy?.Properties.PolicyDocument.Statement ?? [] };
};

test('a file that the document downloads is an asset, given to it as a parameter, which the bake may read', () => {
  const file = path.join(folder, 'file.txt');
  writeFileSync(file, 'one');
  const one = component({ RunnerFiles: file });
  expect(one.use.Parameters).toEqual([{ Name: 'RunnerFiles', Value: [expect.anything()] }]);
  writeFileSync(file, 'two');
  const other = component({ RunnerFiles: file });
  expect(other.use.Parameters).not.toEqual(one.use.Parameters);
  const key = /[0-9a-f]{64}\.txt/.exec(JSON.stringify(one.use.Parameters))?.[0];
  expect(one.statements).toEqual([
    { Sid: 'ReadBakeFiles', Effect: 'Allow', Action: 's3:GetObject', Resource: expect.anything() },
    {
      Sid: 'FindBakeFiles',
      Effect: 'Allow',
      Action: 's3:ListBucket',
      Resource: expect.anything(),
      Condition: { StringEquals: { 's3:prefix': [key] } },
    },
  ]);
  expect(JSON.stringify(one.statements[0].Resource)).toContain(`/${key}`);
  expect(JSON.stringify(one.statements[1].Resource)).not.toContain('*');
});

test('what a run leaves beside the files of a folder is no change of it', () => {
  const file = path.join(folder, 'files');
  mkdirSync(path.join(file, '__pycache__'), { recursive: true });
  writeFileSync(path.join(file, 'kept.py'), 'one');
  const parameters = () => component({ Files: file }).use.Parameters;
  const before = parameters();
  writeFileSync(path.join(file, '__pycache__', 'kept.cpython-36.pyc'), 'compiled');
  expect(parameters()).toEqual(before);
  writeFileSync(path.join(file, 'kept.py'), 'two');
  expect(parameters()).not.toEqual(before);
});

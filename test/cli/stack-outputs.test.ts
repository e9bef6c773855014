import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { stackName, stackOutputs } from '../../cli/shared/stack-outputs';
import { rawTemplate } from '../infra/synth';

const folder = mkdtempSync(path.join(tmpdir(), 'lambda-ec2-outputs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** CloudFormation with one answer. */
const answering = (answer: object | Error) =>
  ({
    send: async () => {
      if (answer instanceof Error) throw answer;
      return answer;
    },
  }) as unknown as Pick<CloudFormationClient, 'send'>;
const error = (name: string, message: string) => Object.assign(new Error(message), { name });
const deployed = (names: string[], StackStatus = 'UPDATE_COMPLETE') =>
  answering({
    Stacks: [{ StackStatus, Outputs: names.map((name) => ({ OutputKey: name, OutputValue: `the ${name}` })) }],
  });

test('every output of the stack is found under the name that the stack gives it', async () => {
  const names = Object.keys(rawTemplate().Outputs);
  expect(await stackOutputs(deployed(names), 'nightly')).toEqual({
    bucket: 'the JobBucketName',
    templateId: 'the LaunchTemplateId',
    pipelineArn: 'the PipelineArn',
    queueUrl: 'the QueueUrl',
    deadLetterQueueUrl: 'the DeadLetterQueueUrl',
    topicArn: 'the TopicArn',
    demands: { encryption: '', requesterPays: false },
  });
});

test('the schedules of a stack are read in the order of its settings', async () => {
  const schedules = [...Array(11).keys()].map((at) => ({ name: `s${at}`, cron: '0 3 * * ? *', input: 'daily.zip' }));
  const outputs = rawTemplate({ schedules }).Outputs;
  const Outputs = Object.entries(outputs).map(([OutputKey, { Value }]) => ({
    OutputKey,
    OutputValue: typeof Value === 'string' ? Value : 'known when it is deployed',
  }));
  const found = await stackOutputs(answering({ Stacks: [{ Outputs }] }), 'nightly');
  expect(found.schedules).toEqual(schedules.map((schedule) => ({ ...schedule, time_zone: 'UTC' })));
});

test('a stack that is not there, not ready or not ours is said in one sentence', async () => {
  const refused = (client: Pick<CloudFormationClient, 'send'>) =>
    expect(stackOutputs(client, 'nightly')).rejects.toMatchObject({ name: 'UserError' });
  const sentence = async (client: Pick<CloudFormationClient, 'send'>) => {
    await refused(client);
    return stackOutputs(client, 'nightly').catch((thrown: Error) => thrown.message);
  };
  expect(await sentence(answering(error('ValidationError', 'Stack with id nightly does not exist')))).toContain(
    'there is no stack nightly in this account and Region',
  );
  expect(await sentence(deployed(['JobBucketName'], 'CREATE_IN_PROGRESS'))).toMatch(
    /nightly is CREATE_IN_PROGRESS .*: wait for its deploy to end/,
  );
  expect(await sentence(deployed(['JobBucketName']))).toMatch(/nightly is UPDATE_COMPLETE .*npx cdk deploy/);
});

test('what AWS answers else comes through', async () => {
  const denied = error('AccessDenied', 'not authorized to perform');
  await expect(stackOutputs(answering(denied), 'nightly')).rejects.toBe(denied);
});

test('the stack is the one that is named, else the one of the settings', () => {
  const file = path.join(folder, 'settings.yaml');
  writeFileSync(file, 'name: nightly\napp_url: https://example.com/app.git\n');
  expect(stackName('reports', file)).toBe('reports');
  process.env.LAMBDA_EC2_STACK = 'weekly';
  expect([stackName(undefined, file), stackName('reports', file)]).toEqual(['weekly', 'reports']);
  delete process.env.LAMBDA_EC2_STACK;
  expect(stackName(undefined, file)).toBe('nightly');
  expect(() => stackName(undefined, path.join(folder, 'none.yaml'))).toThrow('--stack NAME');
});

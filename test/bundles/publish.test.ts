import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as cloudformation from '@aws-sdk/client-cloudformation';
import {
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  DescribeLaunchTemplateVersionsCommand,
  EC2Client,
  ModifyLaunchTemplateCommand,
} from '@aws-sdk/client-ec2';
import { Ec2Service } from 'aws-emulator/ec2/service';
import { type Endpoint, startEndpoint } from 'aws-emulator/http/server';
import { Pipeline } from 'aws-emulator/imagebuilder/pipeline';
import { ImageBuilderService } from 'aws-emulator/imagebuilder/service';
import { ServiceError } from 'aws-emulator/protocol/error';
import { awsQuery } from 'aws-emulator/protocol/query';
import { SdkService } from 'aws-emulator/protocol/service';
import { bundle } from '../../build/bundle';
import { LambdaProcess } from '../../local/lambda/lambda-process';
import { clientsIn } from '../lambda/bundle-contents';
import { KEY, lambdaEnvironment, REGION } from '../lambda/launch/fixture';
import { bakeEvent, ResponseUrl, request, STACK, TOPIC } from '../lambda/publish/fixture';

/** What the scheduled rule sends. */
const SCHEDULE = { source: 'lambda-ec2.schedule' };
const dir = mkdtempSync(path.join(tmpdir(), 'publish-bundle-'));
const account = { region: REGION, accountId: '000000000000' };
const host = { start: async () => {}, stop: async () => {}, consoleOutput: async () => '' };
const ec2Service = new Ec2Service({ ...account, host });
const pipeline = new Pipeline({ ...account, imageName: 'jobs' });
/** What StartImagePipelineExecution was asked for. */
const bakes: { imagePipelineArn: string; clientToken: string }[] = [];
let status: cloudformation.StackStatus = 'CREATE_IN_PROGRESS';
/** A bake that is under way, until it is cancelled. */
let running: string | undefined;

const imageBuilder = new ImageBuilderService(pipeline, {
  StartImagePipelineExecution({ imagePipelineArn, clientToken = '' }) {
    bakes.push({ imagePipelineArn, clientToken });
    return {};
  },
  ListImagePipelineImages: () => ({
    imageSummaryList: running ? [{ arn: running, state: { status: 'BUILDING' } }] : pipeline.images,
  }),
  CancelImageCreation({ imageBuildVersionArn }) {
    if (imageBuildVersionArn === running) running = undefined;
    return {};
  },
});
const cloudFormation = new SdkService<typeof cloudformation, undefined>({
  name: 'cloudformation',
  protocol: awsQuery(cloudformation, 'http://cloudformation.amazonaws.com/doc/2010-05-15/'),
  handlers: {
    DescribeStacks({ StackName }) {
      if (StackName !== STACK) throw new ServiceError('ValidationError', `Stack with id ${StackName} does not exist`);
      return { Stacks: [{ StackName: 'lambda-ec2', StackStatus: status, CreationTime: new Date() }] };
    },
  },
  context: undefined,
});

let endpoint: Endpoint;
let ec2: EC2Client;
let templateId: string;
let file: string;
let publish: LambdaProcess;
let response: ResponseUrl;

beforeAll(async () => {
  response = await ResponseUrl.start();
  endpoint = await startEndpoint({
    services: [ec2Service, imageBuilder, cloudFormation],
    keys: { secretFor: (id) => (id === KEY.accessKeyId ? KEY.secretAccessKey : undefined) },
  });
  ec2 = new EC2Client({ region: REGION, endpoint: endpoint.url, credentials: KEY });
  const data = { LaunchTemplateName: 'jobs', LaunchTemplateData: { InstanceType: 'm7i.large' as const } };
  const { LaunchTemplate } = await ec2.send(new CreateLaunchTemplateCommand(data));
  templateId = LaunchTemplate?.LaunchTemplateId as string;
  file = bundle(dir, ['publish']).publish as string;
  publish = new LambdaProcess({
    file,
    environment: {
      ...lambdaEnvironment(endpoint.url),
      TEMPLATE_ID: templateId,
      STACK_NAME: 'lambda-ec2',
      PIPELINE_ARN: pipeline.arn,
      IMAGE_ARN_PREFIX: pipeline.imageArnPrefix,
      TOPIC_ARN: TOPIC,
    },
  });
});
afterAll(async () => {
  await publish.close();
  ec2.destroy();
  await endpoint.close();
  await response.close();
  rmSync(dir, { recursive: true, force: true });
});

async function defaultData() {
  const { LaunchTemplateVersions } = await ec2.send(
    new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: templateId, Versions: ['$Default'] }),
  );
  return LaunchTemplateVersions?.[0]?.LaunchTemplateData;
}

test('the bundle holds the clients it needs and no other', () => {
  expect(clientsIn(file)).toEqual(['cloudformation', 'ec2', 'imagebuilder', 'sns']);
});

test('the bundle follows a stack from its creation over the first bake to a deploy', async () => {
  await publish.invoke(request('Create', response.url, { version: 1, recipe: 'recipe-a' }));
  expect(response.answers).toMatchObject([{ body: { Status: 'SUCCESS' } }]);
  expect(bakes).toEqual([{ imagePipelineArn: pipeline.arn, clientToken: expect.stringMatching(/^[0-9a-f]{36}$/) }]);

  const arn = pipeline.nextArn();
  const ImageId = ec2Service.addImage({ name: 'baked', rootDir: '/image', tags: { Ec2ImageBuilderArn: arn } });
  pipeline.add(arn, ImageId);
  await publish.invoke(bakeEvent(arn));
  expect(await defaultData()).toEqual({ ImageId, InstanceType: 'm7i.large' });

  // A deploy as CloudFormation makes it: the template's own data, without an image.
  await ec2.send(
    new CreateLaunchTemplateVersionCommand({
      LaunchTemplateId: templateId,
      LaunchTemplateData: { InstanceType: 'c7i.xlarge' },
    }),
  );
  status = 'UPDATE_IN_PROGRESS';
  const recipe = 'recipe-a';
  await publish.invoke(request('Update', response.url, { version: 3, recipe }, { version: 1, recipe }));
  expect(response.answers.at(-1)).toMatchObject({ body: { Status: 'SUCCESS' } });
  expect(await defaultData()).toEqual({ ImageId, InstanceType: 'c7i.xlarge' });
  expect(bakes).toHaveLength(1);
});

test('the bundle publishes a bake whose event was lost, and does so once', async () => {
  const before = await defaultData();
  const arn = pipeline.nextArn();
  const ImageId = ec2Service.addImage({ name: 'lost', rootDir: '/image', tags: { Ec2ImageBuilderArn: arn } });
  pipeline.add(arn, ImageId);
  await publish.invoke(SCHEDULE);
  expect(await defaultData()).toEqual({ ...before, ImageId });
  const { LaunchTemplateVersions = [] } = await ec2.send(
    new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: templateId }),
  );
  const rolledBack = LaunchTemplateVersions.find(({ LaunchTemplateData }) =>
    isDeepStrictEqual(LaunchTemplateData, before),
  );
  const DefaultVersion = String(rolledBack?.VersionNumber);
  await ec2.send(new ModifyLaunchTemplateCommand({ LaunchTemplateId: templateId, DefaultVersion }));
  await publish.invoke(SCHEDULE);
  expect(await defaultData()).toEqual(before);
});

test('the bundle cancels the bake that is under way when the stack is removed', async () => {
  running = pipeline.nextArn();
  await publish.invoke(request('Delete', response.url, { version: 3, recipe: 'recipe-a' }));
  expect(running).toBeUndefined();
  expect(response.answers.at(-1)).toMatchObject({ body: { Status: 'SUCCESS' } });
});

test('a bake that Image Builder knows nothing of fails the invocation', async () => {
  await expect(publish.invoke(bakeEvent(`${pipeline.imageArnPrefix}9.9.9/1`))).rejects.toThrow(/does not exist/);
});

import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  DescribeLaunchTemplateVersionsCommand,
  EC2Client,
  ModifyLaunchTemplateCommand,
} from '@aws-sdk/client-ec2';
import { Ec2Service } from 'aws-emulator/ec2/service';
import { readBody } from 'aws-emulator/http/body';
import { type Endpoint, startEndpoint } from 'aws-emulator/http/server';
import type { Service } from 'aws-emulator/http/types';
import { ImageBuilderService } from 'aws-emulator/imagebuilder/service';
import { bundle } from '../../../build/bundle';
import { LambdaProcess } from '../../../local/lambda/lambda-process';
import { clientsIn, kibibytes } from '../bundle-contents';
import { KEY, lambdaEnvironment, REGION } from '../launch/fixture';
import { bakeEvent, ResponseUrl, request, STACK, TOPIC } from './fixture';

/** What the scheduled rule sends. */
const SCHEDULE = { source: 'lambda-ec2.schedule' };
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'publish-bundle-'));
const account = { region: REGION, accountId: '000000000000' };
const host = { start: async () => {}, stop: async () => {}, consoleOutput: async () => '' };
const ec2Service = new Ec2Service({ ...account, host });
const images = new ImageBuilderService({ ...account, imageName: 'jobs' });
/** What StartImagePipelineExecution was asked for. */
const bakes: { imagePipelineArn: string; clientToken: string }[] = [];
let status = 'CREATE_IN_PROGRESS';
/** A bake that is under way, until it is cancelled. */
let running: string | undefined;

const imageBuilder: Service = {
  name: 'imagebuilder',
  async handle(call) {
    const { pathname } = call.url;
    const cancels = pathname === '/CancelImageCreation';
    const lists = pathname === '/ListImagePipelineImages' && running !== undefined;
    if (!cancels && !lists && pathname !== '/StartImagePipelineExecution') return images.handle(call);
    const input = JSON.parse((await readBody(call.req, 10_000)).toString());
    const imageSummaryList = [{ arn: running, state: { status: 'BUILDING' } }];
    if (cancels && input.imageBuildVersionArn === running) running = undefined;
    else if (!cancels && !lists) bakes.push(input);
    call.res
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify(lists ? { imageSummaryList } : {}));
  },
};
const cloudFormation: Service = {
  name: 'cloudformation',
  async handle({ req, res }) {
    const form = new URLSearchParams((await readBody(req, 10_000)).toString());
    const known = form.get('Action') === 'DescribeStacks' && form.get('StackName') === STACK;
    const member = `<member><StackName>lambda-ec2</StackName><StackStatus>${status}</StackStatus><CreationTime>2026-01-01T00:00:00Z</CreationTime></member>`;
    res.writeHead(known ? 200 : 400, { 'content-type': 'text/xml' });
    res.end(
      `<DescribeStacksResponse><DescribeStacksResult><Stacks>${member}</Stacks></DescribeStacksResult></DescribeStacksResponse>`,
    );
  },
};

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
      PIPELINE_ARN: images.pipelineArn,
      IMAGE_ARN_PREFIX: images.imageArnPrefix,
      TOPIC_ARN: TOPIC,
    },
  });
});
afterAll(async () => {
  await publish.close();
  ec2.destroy();
  await endpoint.close();
  await response.close();
  fs.rmSync(dir, { recursive: true, force: true });
});

async function defaultData() {
  const { LaunchTemplateVersions } = await ec2.send(
    new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: templateId, Versions: ['$Default'] }),
  );
  return LaunchTemplateVersions?.[0]?.LaunchTemplateData;
}

test('the bundle holds the clients it needs and no other', () => {
  expect(clientsIn(file)).toEqual(['cloudformation', 'ec2', 'imagebuilder', 'sns']);
  expect(kibibytes(file)).toBeLessThan(1200);
});

test('the bundle follows a stack from its creation over the first bake to a deploy', async () => {
  await publish.invoke(request('Create', response.url, { version: 1, recipe: 'recipe-a' }));
  expect(response.answers).toMatchObject([{ body: { Status: 'SUCCESS' } }]);
  expect(bakes).toEqual([
    { imagePipelineArn: images.pipelineArn, clientToken: expect.stringMatching(/^[0-9a-f]{36}$/) },
  ]);

  const arn = images.nextArn();
  const ImageId = ec2Service.addImage({ name: 'baked', rootDir: '/image', tags: { Ec2ImageBuilderArn: arn } });
  images.add(arn, ImageId);
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
  const arn = images.nextArn();
  const ImageId = ec2Service.addImage({ name: 'lost', rootDir: '/image', tags: { Ec2ImageBuilderArn: arn } });
  images.add(arn, ImageId);
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
  running = images.nextArn();
  await publish.invoke(request('Delete', response.url, { version: 3, recipe: 'recipe-a' }));
  expect(running).toBeUndefined();
  expect(response.answers.at(-1)).toMatchObject({ body: { Status: 'SUCCESS' } });
});

test('a bake that Image Builder knows nothing of fails the invocation', async () => {
  await expect(publish.invoke(bakeEvent(`${images.imageArnPrefix}9.9.9/1`))).rejects.toThrow(/does not exist/);
});

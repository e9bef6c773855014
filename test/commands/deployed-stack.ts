import * as cloudformation from '@aws-sdk/client-cloudformation';
import * as cloudwatchLogs from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  EC2Client,
  ModifyLaunchTemplateCommand,
} from '@aws-sdk/client-ec2';
import { Ec2Service } from 'aws-emulator/ec2/service';
import { type Endpoint, startEndpoint } from 'aws-emulator/http/server';
import { awsJson } from 'aws-emulator/protocol/aws-json';
import { ServiceError } from 'aws-emulator/protocol/error';
import { awsQuery } from 'aws-emulator/protocol/query';
import { SdkService } from 'aws-emulator/protocol/service';
import type { Service } from 'aws-emulator/protocol/types';
import { type Bake, Bakes } from '../cli/bake-history';
import { pipelineService } from './image-builder-service';

const REGION = 'eu-west-1';
const ACCOUNT = '123456789012';
const KEY = { accessKeyId: 'AKIALOCALTEST', secretAccessKey: 'local-secret' };
/** Of Image Builder, and of whoever else writes versions. */
const OTHER_KEY = { accessKeyId: 'AKIAOTHERTEST', secretAccessKey: 'other-secret' };
export const OLD_IMAGE = 'ami-0123456789abcdef0';
export const NEW_IMAGE = 'ami-0123456789abcdef1';

/** The parts of a deployed stack that a bake has to do with, behind one endpoint. */
export interface DeployedStack {
  bakes: Bakes;
  /** What is asked of CloudWatch Logs, and what it answers. */
  logs: { asked: object[]; lines: string[] };
  /** Actions that its user may not do. */
  denied: Set<string>;
  /** What happens when a bake begins; by default nothing, so that it stays PENDING. */
  onStart: (bake: Bake) => void;
  /** What happens when the state of a bake was looked at, before the answer is sent; by default nothing. */
  onShown: (bake: Bake) => Promise<void>;
  /** Adds a launch template version with an image, as Image Builder does. */
  addVersion(imageId: string, isDefault: boolean): Promise<void>;
  environment: Record<string, string>;
  close(): Promise<void>;
}

export async function aDeployedStack(): Promise<DeployedStack> {
  const idle = { start: async () => {}, stop: async () => {}, consoleOutput: async () => '' };
  const ec2 = new Ec2Service({ region: REGION, accountId: ACCOUNT, host: idle });
  for (const imageId of [OLD_IMAGE, NEW_IMAGE]) ec2.addImage({ imageId, name: imageId, rootDir: `/images/${imageId}` });
  const bakes = new Bakes(REGION, ACCOUNT, 'jobs');
  const logs: DeployedStack['logs'] = { asked: [], lines: [] };
  const denied = new Set<string>();
  let endpoint: Endpoint | undefined;
  let templateId = '';
  const services: Service[] = [
    ec2,
    pipelineService({ bakes, onStart: (bake) => stack.onStart(bake), onShown: (bake) => stack.onShown(bake) }, denied),
    cloudFormation(() => ({ PipelineArn: bakes.pipelineArn, LaunchTemplateId: templateId })),
    cloudWatchLogs(logs, denied),
  ];
  const secretFor = (id: string) => [KEY, OTHER_KEY].find(({ accessKeyId }) => id === accessKeyId)?.secretAccessKey;
  const callerOf = (id: string) => (id === KEY.accessKeyId ? 'user' : 'Image Builder');
  endpoint = await startEndpoint({ services, keys: { secretFor, callerOf } });
  const client = new EC2Client({ region: REGION, endpoint: endpoint.url, credentials: OTHER_KEY });
  const created = await client.send(
    new CreateLaunchTemplateCommand({ LaunchTemplateName: 'jobs', LaunchTemplateData: { ImageId: OLD_IMAGE } }),
  );
  templateId = created.LaunchTemplate?.LaunchTemplateId ?? '';
  const stack: DeployedStack = {
    bakes,
    logs,
    denied,
    onStart: () => {},
    onShown: async () => {},
    async addVersion(imageId, isDefault) {
      const { LaunchTemplateVersion: version } = await client.send(
        new CreateLaunchTemplateVersionCommand({
          LaunchTemplateId: templateId,
          LaunchTemplateData: { ImageId: imageId },
        }),
      );
      if (!isDefault) return;
      const DefaultVersion = String(version?.VersionNumber);
      await client.send(new ModifyLaunchTemplateCommand({ LaunchTemplateId: templateId, DefaultVersion }));
    },
    environment: {
      AWS_ENDPOINT_URL: endpoint.url,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: KEY.accessKeyId,
      AWS_SECRET_ACCESS_KEY: KEY.secretAccessKey,
      AWS_CONFIG_FILE: '/nonexistent',
      AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
      AWS_MAX_ATTEMPTS: '1',
      LAMBDA_EC2_POLL_SECONDS: '0.05',
    },
    async close() {
      client.destroy();
      await endpoint?.close();
    },
  };
  return stack;
}

/** Knows one stack, `jobs`. */
function cloudFormation(outputs: () => Record<string, string>): Service {
  return new SdkService<typeof cloudformation, undefined>({
    name: 'cloudformation',
    protocol: awsQuery(cloudformation, 'http://cloudformation.amazonaws.com/doc/2010-05-15/'),
    handlers: {
      DescribeStacks({ StackName }) {
        if (StackName !== 'jobs') {
          throw new ServiceError('ValidationError', `Stack with id ${StackName} does not exist`);
        }
        const unused = { JobBucketName: 'b', QueueUrl: 'q', DeadLetterQueueUrl: 'd', TopicArn: 't' };
        const all = Object.entries({ ...unused, ...outputs() });
        const Outputs = all.map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }));
        return { Stacks: [{ StackName, StackStatus: 'CREATE_COMPLETE', CreationTime: new Date(), Outputs }] };
      },
    },
    context: undefined,
  });
}

function cloudWatchLogs(logs: DeployedStack['logs'], denied: ReadonlySet<string>): Service {
  return new SdkService<typeof cloudwatchLogs, undefined>({
    name: 'logs',
    protocol: awsJson(cloudwatchLogs, { version: '1.1', target: 'Logs_20140328' }),
    handlers: {
      GetLogEvents(input) {
        logs.asked.push(input);
        if (denied.has('GetLogEvents')) throw new ServiceError('AccessDeniedException', 'not you');
        return { events: logs.lines.map((message) => ({ message })) };
      },
    },
    context: undefined,
  });
}

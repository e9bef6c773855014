import {
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  EC2Client,
  ModifyLaunchTemplateCommand,
} from '@aws-sdk/client-ec2';
import { Ec2Service } from 'aws-emulator/ec2/service';
import { type Endpoint, startEndpoint } from 'aws-emulator/http/server';
import type { Service } from 'aws-emulator/http/types';
import { JsonError, JsonService } from 'aws-emulator/secrets/json-service';
import { type Bake, Bakes } from './bakes';
import { PipelineService } from './image-builder';

const REGION = 'eu-west-1';
const ACCOUNT = '123456789012';
const KEY = { accessKeyId: 'AKIALOCALTEST', secretAccessKey: 'local-secret' };
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
    new PipelineService(bakes, (bake) => stack.onStart(bake), denied),
    cloudFormation(() => ({ PipelineArn: bakes.pipelineArn, LaunchTemplateId: templateId })),
    new JsonService('logs', 'Logs_20140328', {
      GetLogEvents: (input) => {
        logs.asked.push(input);
        if (denied.has('GetLogEvents')) throw new JsonError('AccessDeniedException', 'not you');
        return { events: logs.lines.map((message) => ({ message })) };
      },
    }),
  ];
  const secretFor = (id: string) => (id === KEY.accessKeyId ? KEY.secretAccessKey : undefined);
  endpoint = await startEndpoint({ services, keys: { secretFor } });
  const client = new EC2Client({ region: REGION, endpoint: endpoint.url, credentials: KEY });
  const created = await client.send(
    new CreateLaunchTemplateCommand({ LaunchTemplateName: 'jobs', LaunchTemplateData: { ImageId: OLD_IMAGE } }),
  );
  templateId = created.LaunchTemplate?.LaunchTemplateId ?? '';
  const stack: DeployedStack = {
    bakes,
    logs,
    denied,
    onStart: () => {},
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
  return {
    name: 'cloudformation',
    async handle({ req, res }) {
      let body = '';
      for await (const piece of req) body += piece;
      const name = new URLSearchParams(body).get('StackName');
      if (name !== 'jobs') {
        const message = `Stack with id ${name} does not exist`;
        const error = `<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>${message}</Message></Error></ErrorResponse>`;
        res.writeHead(400, { 'content-type': 'text/xml' }).end(error);
        return;
      }
      const unused = { JobBucketName: 'b', QueueUrl: 'q', DeadLetterQueueUrl: 'd', TopicArn: 't' };
      const members = Object.entries({ ...unused, ...outputs() }).map(
        ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
      );
      const stack = `<member><StackName>jobs</StackName><StackStatus>CREATE_COMPLETE</StackStatus><CreationTime>2026-11-24T10:00:00Z</CreationTime><Outputs>${members.join('')}</Outputs></member>`;
      const xml = `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks>${stack}</Stacks></DescribeStacksResult></DescribeStacksResponse>`;
      res.writeHead(200, { 'content-type': 'text/xml' }).end(xml);
    },
  };
}

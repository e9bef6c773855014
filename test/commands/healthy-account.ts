import path from 'node:path';
import * as cloudformation from '@aws-sdk/client-cloudformation';
import * as cloudwatch from '@aws-sdk/client-cloudwatch';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as ec2 from '@aws-sdk/client-ec2';
import * as iam from '@aws-sdk/client-iam';
import * as imagebuilder from '@aws-sdk/client-imagebuilder';
import * as kms from '@aws-sdk/client-kms';
import * as s3 from '@aws-sdk/client-s3';
import * as secretsmanager from '@aws-sdk/client-secrets-manager';
import * as quotas from '@aws-sdk/client-service-quotas';
import * as sqs from '@aws-sdk/client-sqs';
import * as ssm from '@aws-sdk/client-ssm';
import * as sts from '@aws-sdk/client-sts';
import { startEndpoint } from 'aws-emulator/http/server';
import type { ServiceRequest } from 'aws-emulator/http/types';
import { awsJson } from 'aws-emulator/protocol/aws-json';
import { ServiceError } from 'aws-emulator/protocol/error';
import type { Handlers, Sdk } from 'aws-emulator/protocol/operation';
import { awsQuery, ec2Query } from 'aws-emulator/protocol/query';
import { restJson } from 'aws-emulator/protocol/rest-json';
import { restXml } from 'aws-emulator/protocol/rest-xml';
import { SdkService } from 'aws-emulator/protocol/service';
import type { Protocol } from 'aws-emulator/protocol/types';
import { receiveText } from 'aws-emulator/s3/receive';
import { sourcesHash } from '../../contract/deployed-sources';
import { INPUT_PREFIX, INPUT_SUFFIX } from '../../contract/keys';

const REGION = 'eu-west-1';
const KEY = { accessKeyId: 'AKIALOCALTEST', secretAccessKey: 'local-secret' };
const IMAGE = 'ami-0123456789abcdef0';
const STACK = 'jobs';

type Answer = (input: never, request: ServiceRequest) => object | Promise<object>;

/** An account with one stack in which nothing is wrong; a test puts other answers in the place of these. */
export interface Account {
  /** By operation. */
  answers: Record<string, Answer>;
  /** The operations that were asked for, in order. */
  asked: string[];
  environment: Record<string, string>;
  close(): Promise<void>;
}

/**
 * @param repository URL of the app
 * @param caller whose calls they are: those of a `user` are watched (test/iam/watch-calls.ts)
 */
export async function aHealthyAccount(repository: string, caller = 'user'): Promise<Account> {
  const answers: Account['answers'] = {};
  const asked: string[] = [];
  const endpoint = await startEndpoint({
    services: SERVICES.map(({ name, sdk, protocol }) => service(name, sdk, protocol, answers, asked)),
    keys: { secretFor: (id) => (id === KEY.accessKeyId ? KEY.secretAccessKey : undefined), callerOf: () => caller },
  });
  Object.assign(answers, healthyAnswers(repository, endpoint.url));
  const environment = {
    AWS_ENDPOINT_URL: endpoint.url,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: KEY.accessKeyId,
    AWS_SECRET_ACCESS_KEY: KEY.secretAccessKey,
    AWS_CONFIG_FILE: '/nonexistent',
    AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
    AWS_MAX_ATTEMPTS: '1',
    LAMBDA_EC2_STACK: STACK,
  };
  return { answers, asked, environment, close: () => endpoint.close() };
}

/** What AWS says to somebody who may not. */
export function refuse(): never {
  throw new ServiceError('AccessDeniedException', 'User is not authorized to perform this', 403);
}

const SERVICES: { name: string; sdk: Sdk; protocol: Protocol }[] = [
  { name: 'sts', sdk: sts, protocol: awsQuery(sts, 'https://sts.amazonaws.com/doc/2011-06-15/') },
  {
    name: 'cloudformation',
    sdk: cloudformation,
    protocol: awsQuery(cloudformation, 'http://cloudformation.amazonaws.com/doc/2010-05-15/'),
  },
  { name: 'ec2', sdk: ec2, protocol: ec2Query(ec2, 'http://ec2.amazonaws.com/doc/2016-11-15/') },
  { name: 's3', sdk: s3, protocol: restXml(s3, 'http://s3.amazonaws.com/doc/2006-03-01/', receiveText) },
  { name: 'iam', sdk: iam, protocol: awsQuery(iam, 'https://iam.amazonaws.com/doc/2010-05-08/') },
  { name: 'kms', sdk: kms, protocol: awsJson(kms, { version: '1.1', target: 'TrentService' }) },
  { name: 'imagebuilder', sdk: imagebuilder, protocol: restJson(imagebuilder) },
  { name: 'sqs', sdk: sqs, protocol: awsJson(sqs, { version: '1.0', target: 'AmazonSQS', queryCompatible: true }) },
  { name: 'ssm', sdk: ssm, protocol: awsJson(ssm, { version: '1.1', target: 'AmazonSSM' }) },
  {
    name: 'secretsmanager',
    sdk: secretsmanager,
    protocol: awsJson(secretsmanager, { version: '1.1', target: 'secretsmanager' }),
  },
  {
    name: 'servicequotas',
    sdk: quotas,
    protocol: awsJson(quotas, { version: '1.1', target: 'ServiceQuotasV20190624' }),
  },
  { name: 'logs', sdk: logs, protocol: awsJson(logs, { version: '1.1', target: 'Logs_20140328' }) },
  {
    name: 'monitoring',
    sdk: cloudwatch,
    protocol: awsJson(cloudwatch, { version: '1.0', target: 'GraniteServiceVersion20100801', queryCompatible: true }),
  },
];

function service(name: string, sdk: Sdk, protocol: Protocol, answers: Account['answers'], asked: string[]) {
  const operations = Object.keys(sdk).flatMap((exported) => /^([A-Z]\w+)Command$/.exec(exported)?.[1] ?? []);
  const handler = (operation: string) => (input: never, _: undefined, request: ServiceRequest) => {
    asked.push(operation);
    const answer = answers[operation];
    if (!answer) throw new ServiceError('NotImplemented', `${operation} is not answered here`, 501);
    return answer(input, request);
  };
  const handlers = Object.fromEntries(operations.map((operation) => [operation, handler(operation)]));
  return new SdkService({ name, protocol, handlers: handlers as Handlers<Sdk, undefined>, context: undefined });
}

export const none = (code: string) => () => {
  throw new ServiceError(code, 'There is none.', 404);
};

/** What each tag of the instances is. */
const tagged = (tags: Record<string, string>) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

function healthyAnswers(repository: string, endpoint: string): Account['answers'] {
  const outputs = {
    JobBucketName: 'jobs-bucket',
    LaunchTemplateId: 'lt-0123456789abcdef0',
    PipelineArn: `arn:aws:imagebuilder:${REGION}:123456789012:image-pipeline/jobs`,
    QueueUrl: `${endpoint}/123456789012/jobs-queue`,
    DeadLetterQueueUrl: `${endpoint}/123456789012/jobs-dead`,
    TopicArn: `arn:aws:sns:${REGION}:123456789012:jobs`,
    SourcesHash: sourcesHash(path.join(__dirname, '../..')),
    SettingsHash: 'of another file',
    JobLimits: '{"attempts":2,"max_running":4}',
  };
  const schedule = { name: 'daily', cron: '0 3 * * ? *', time_zone: 'UTC', input: 'app_runner/scheduled/daily.zip' };
  Object.assign(outputs, { Schedule1: JSON.stringify(schedule) });
  return {
    GetCallerIdentity: () => ({ Account: '123456789012', Arn: 'arn:aws:iam::123456789012:user/ann', UserId: 'A' }),
    DescribeStacks: ({ StackName }: { StackName: string }) => {
      if (StackName !== STACK) throw new ServiceError('ValidationError', `Stack with id ${StackName} does not exist`);
      const Outputs = Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }));
      const StackId = `arn:aws:cloudformation:${REGION}:123456789012:stack/${STACK}/1`;
      return { Stacks: [{ StackName, StackId, StackStatus: 'UPDATE_COMPLETE', CreationTime: new Date(), Outputs }] };
    },
    DescribeLaunchTemplateVersions: () => ({ LaunchTemplateVersions: [version({ app_url: repository })] }),
    DescribeImages: () => ({ Images: [image({})] }),
    DescribeInstances: () => ({ Reservations: [] }),
    DescribeInstanceTypes: () => ({ InstanceTypes: [{ InstanceType: 'm7i.large', VCpuInfo: { DefaultVCpus: 2 } }] }),
    GetEbsDefaultKmsKeyId: () => ({ KmsKeyId: 'alias/aws/ebs' }),
    GetInstanceMetadataDefaults: () => ({ AccountLevel: {} }),
    GetServiceQuota: () => ({ Quota: { Value: 64 } }),
    GetAWSDefaultServiceQuota: () => ({ Quota: { Value: 5 } }),
    GetImagePipeline: () => ({ imagePipeline: { arn: outputs.PipelineArn, status: 'ENABLED' } }),
    UpdateImagePipeline: () => ({}),
    ListImagePipelineImages: () => ({ imageSummaryList: [] }),
    HeadBucket: () => ({}),
    DescribeKey: ({ KeyId }: { KeyId: string }) => ({ KeyMetadata: { KeyId, KeyState: 'Enabled' } }),
    GetKeyPolicy: () => ({ Policy: '{"Principal": {"AWS": "arn:aws:iam::123456789012:root"}}' }),
    GetRole: ({ RoleName }: { RoleName: string }) => ({ Role: { RoleName } }),
    GetBucketRequestPayment: () => ({ Payer: 'BucketOwner' }),
    HeadObject: () => ({}),
    GetBucketVersioning: () => ({ Status: 'Enabled' }),
    GetBucketPolicy: none('NoSuchBucketPolicy'),
    GetBucketEncryption: none('ServerSideEncryptionConfigurationNotFoundError'),
    GetObjectLockConfiguration: none('ObjectLockConfigurationNotFoundError'),
    GetBucketOwnershipControls: () => ({
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    }),
    GetBucketNotificationConfiguration: () => ({ QueueConfigurations: [queueConfiguration()] }),
    ListObjectsV2: () => ({ Contents: [] }),
    GetQueueAttributes: () => ({ Attributes: { ApproximateNumberOfMessages: '0' } }),
    DescribeSecret: () => ({ Name: 'git' }),
    DescribeParameters: () => ({ Parameters: [{ Name: '/git', Type: 'SecureString' }] }),
    DescribeAlarms: () => ({ MetricAlarms: [] }),
  };
}

/** The default version, with these instance tags. */
export const version = (tags: Record<string, string>, data: ec2.ResponseLaunchTemplateData = {}) => ({
  VersionNumber: 4,
  DefaultVersion: true,
  VersionDescription: 'bake: settings of version 3 with image',
  CreatedBy: 'arn:aws:sts::123456789012:assumed-role/jobs-publish/jobs',
  LaunchTemplateData: {
    ImageId: IMAGE,
    InstanceType: 'm7i.large' as const,
    TagSpecifications: [{ ResourceType: 'instance' as const, Tags: tagged(tags) }],
    ...data,
  },
});

export const image = (differs: ec2.Image): ec2.Image => ({
  ImageId: IMAGE,
  State: 'available',
  Architecture: 'x86_64',
  CreationDate: new Date(Date.now() - 5 * 86_400_000).toISOString(),
  Tags: tagged({ 'lambda-ec2:python-version': '3.6' }),
  ...differs,
});

export const queueConfiguration = (prefix = INPUT_PREFIX): s3.QueueConfiguration => ({
  QueueArn: `arn:aws:sqs:${REGION}:123456789012:jobs-queue`,
  Events: ['s3:ObjectCreated:*'],
  Filter: {
    Key: {
      FilterRules: [
        { Name: 'prefix', Value: prefix },
        { Name: 'suffix', Value: INPUT_SUFFIX },
      ],
    },
  },
});

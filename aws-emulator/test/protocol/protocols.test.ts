import * as ec2 from '@aws-sdk/client-ec2';
import * as imagebuilder from '@aws-sdk/client-imagebuilder';
import * as sns from '@aws-sdk/client-sns';
import * as sqs from '@aws-sdk/client-sqs';
import * as ssm from '@aws-sdk/client-ssm';
import type { Endpoint } from '../../http/server';
import { awsJson } from '../../protocol/aws-json';
import { ServiceError } from '../../protocol/error';
import type { Handlers, Sdk } from '../../protocol/operation';
import { awsQuery, ec2Query } from '../../protocol/query';
import { restJson } from '../../protocol/rest-json';
import { SdkService } from '../../protocol/service';
import type { Protocol, Service } from '../../protocol/types';
import { anEndpoint, KEY } from '../http/helpers';

/** What the handlers were called with, as the client's caller wrote it. */
const inputs: unknown[] = [];
const defects: unknown[] = [];
let endpoint: Endpoint;

const serve = <S extends Sdk>(name: string, protocol: Protocol, handlers: Handlers<S, null>): Service =>
  new SdkService<S, null>({
    name,
    protocol,
    handlers,
    context: null,
    around({ input }, handle) {
      inputs.push(input);
      return handle();
    },
  });

const config = () => ({ endpoint: endpoint.url, region: 'eu-west-1', credentials: KEY, maxAttempts: 1 });
const time = new Date('2026-11-24T10:15:00Z');

beforeAll(async () => {
  const services = [
    serve<typeof sqs>('sqs', awsJson(sqs, { version: '1.0', target: 'AmazonSQS', queryCompatible: true }), {
      SendMessage: ({ MessageBody }) => ({ MessageId: 'm', MD5OfMessageBody: `of ${MessageBody}` }),
      GetQueueUrl: () => {
        throw new ServiceError('QueueDoesNotExist', 'The specified queue does not exist.');
      },
    }),
    serve<typeof ssm>('ssm', awsJson(ssm, { version: '1.1', target: 'AmazonSSM' }), {
      GetParameter: ({ Name }) => ({ Parameter: { Name, Value: 'v & <w>', LastModifiedDate: time } }),
    }),
    serve<typeof sns>('sns', awsQuery(sns, 'http://sns.amazonaws.com/doc/2010-03-31/'), {
      Publish: () => ({ MessageId: 'm <&>' }),
      ListTopics: () => {
        throw new ServiceError('NotFoundException', 'no <such> topic');
      },
    }),
    serve<typeof ec2>('ec2', ec2Query(ec2, 'http://ec2.amazonaws.com/doc/2016-11-15/'), {
      DescribeInstances: () => ({
        Reservations: [{ Instances: [{ InstanceId: 'i-1', LaunchTime: time, Tags: [{ Key: 'a', Value: '' }] }] }],
      }),
      CreateTags: () => ({}),
      TerminateInstances: () => {
        throw new ServiceError('InvalidInstanceID.NotFound', "The instance ID 'i-2' does not exist");
      },
    }),
    serve<typeof imagebuilder>('imagebuilder', restJson(imagebuilder), {
      GetImage: () => ({ requestId: 'r', image: { name: 'i', tags: { a: 'b' }, state: { status: 'AVAILABLE' } } }),
      TagResource: () => ({}),
      GetImagePipeline: () => {
        throw new ServiceError('ResourceNotFoundException', 'no such pipeline');
      },
    }),
  ];
  endpoint = await anEndpoint(services, { onDefect: (error) => void defects.push(error) });
});

beforeEach(() => {
  inputs.length = 0;
});

afterAll(async () => {
  await endpoint.close();
  expect(defects).toEqual([]);
});

test('AWS JSON: an unmodified client is understood and understands the answer and the error', async () => {
  const [queues, parameters] = [new sqs.SQSClient({ ...config(), md5: false }), new ssm.SSMClient(config())];
  const asked = {
    QueueUrl: `${endpoint.url}/q`,
    MessageBody: 'b',
    MessageAttributes: { a: { DataType: 'Binary', BinaryValue: Buffer.from('bytes') } },
  };

  expect(await queues.send(new sqs.SendMessageCommand(asked))).toMatchObject({ MD5OfMessageBody: 'of b' });
  const error = await queues.send(new sqs.GetQueueUrlCommand({ QueueName: 'q' })).catch((one) => one);
  const { Parameter } = await parameters.send(new ssm.GetParameterCommand({ Name: 'n' }));

  expect(Buffer.from((inputs[0] as typeof asked).MessageAttributes.a.BinaryValue).toString()).toBe('bytes');
  expect(error).toMatchObject({
    name: 'QueueDoesNotExist',
    $metadata: { httpStatusCode: 400 },
    Error: { Code: 'AWS.SimpleQueueService.NonExistentQueue' },
  });
  expect(Parameter).toEqual({ Name: 'n', Value: 'v & <w>', LastModifiedDate: time });
});

test('Query: lists, maps and structures arrive; the answer and the error are read', async () => {
  const client = new sns.SNSClient(config());
  const asked = { TopicArn: 't', Message: 'a=b&c', MessageAttributes: { k: { DataType: 'String', StringValue: 'v' } } };

  expect(await client.send(new sns.PublishCommand(asked))).toMatchObject({ MessageId: 'm <&>' });
  const error = await client.send(new sns.ListTopicsCommand({})).catch((one) => one);

  expect(inputs[0]).toEqual(asked);
  expect(error).toMatchObject({ name: 'NotFoundException', message: 'no <such> topic' });
});

test('EC2: lists without a level of their own arrive; the answer and the error are read', async () => {
  const client = new ec2.EC2Client(config());
  const asked = { Filters: [{ Name: 'tag:a', Values: ['b', 'c'] }], InstanceIds: ['i-1'], MaxResults: 5 };

  const { Reservations } = await client.send(new ec2.DescribeInstancesCommand(asked));
  await client.send(new ec2.CreateTagsCommand({ Resources: ['i-1'], Tags: [{ Key: 'a', Value: 'b' }] }));
  const error = await client.send(new ec2.TerminateInstancesCommand({ InstanceIds: ['i-2'] })).catch((one) => one);

  expect(inputs[0]).toEqual(asked);
  expect(Reservations).toMatchObject([
    { Instances: [{ InstanceId: 'i-1', LaunchTime: time, Tags: [{ Key: 'a', Value: '' }] }] },
  ]);
  expect(error).toMatchObject({ name: 'InvalidInstanceID.NotFound', message: "The instance ID 'i-2' does not exist" });
});

test('REST JSON: path, query and body become one input; the answer and the error are read', async () => {
  const client = new imagebuilder.ImagebuilderClient(config());
  const arn = 'arn:aws:imagebuilder:eu-west-1:0:image/a/1.0.0/1';

  const { image } = await client.send(new imagebuilder.GetImageCommand({ imageBuildVersionArn: arn }));
  await client.send(new imagebuilder.TagResourceCommand({ resourceArn: arn, tags: { a: 'b' } }));
  const pipeline = new imagebuilder.GetImagePipelineCommand({ imagePipelineArn: arn });

  expect(image).toEqual({ name: 'i', tags: { a: 'b' }, state: { status: 'AVAILABLE' } });
  expect(inputs).toEqual([{ imageBuildVersionArn: arn }, { resourceArn: arn, tags: { a: 'b' } }]);
  expect(await client.send(pipeline).catch((one) => one)).toMatchObject({
    name: 'ResourceNotFoundException',
    $metadata: { httpStatusCode: 404 },
  });
});

test('what is not answered, and what lacks a required member, has the code of its protocol', async () => {
  const names = await Promise.all(
    [
      new sqs.SQSClient(config()).send(new sqs.CreateQueueCommand({ QueueName: 'q' })),
      new sqs.SQSClient(config()).send(new sqs.SendMessageCommand({ QueueUrl: 'q', MessageBody: undefined })),
      new sns.SNSClient(config()).send(new sns.PublishCommand({ Message: undefined })),
      new ec2.EC2Client(config()).send(new ec2.DescribeVolumesCommand({})),
      new ec2.EC2Client(config()).send(new ec2.TerminateInstancesCommand({ InstanceIds: undefined })),
      new imagebuilder.ImagebuilderClient(config()).send(new imagebuilder.ListImagesCommand({})),
    ].map((call) => (call as Promise<unknown>).then(String, (error: Error) => error.name)),
  );

  expect(names).toEqual([
    'UnknownOperationException',
    'ValidationException',
    'MissingParameter',
    'InvalidAction',
    'MissingParameter',
    'UnknownOperationException',
  ]);
});

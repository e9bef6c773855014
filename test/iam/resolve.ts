import type { RawResource, RawTemplate } from '../infra/synth';
import { ACCOUNT, arn, iamArn, REGION, TEMPLATE_ID } from './account';

type Attributes = Record<string, string>;

/** What a deploy makes of the resources that policies refer to, under the name that CloudFormation gives: `Ref` and the attributes. */
const DEPLOYED: Readonly<Record<string, (name: string, properties: RawResource['Properties']) => Attributes>> = {
  'AWS::EC2::LaunchTemplate': () => ({ Ref: TEMPLATE_ID }),
  'AWS::EC2::SecurityGroup': () => ({ GroupId: 'sg-0123456789abcdef0' }),
  'AWS::EC2::Subnet': (id) => ({ Ref: `subnet-${id.toLowerCase()}` }),
  'AWS::IAM::InstanceProfile': (id) => ({ Arn: iamArn(`instance-profile/${id}`) }),
  'AWS::IAM::Role': (id, { Path = '/' }) => ({ Ref: id, Arn: iamArn(`role${Path}${id}`) }),
  'AWS::ImageBuilder::ImagePipeline': (_id, { Name }) => ({ Arn: arn('imagebuilder', `image-pipeline/${Name}`) }),
  'AWS::ImageBuilder::InfrastructureConfiguration': (_id, { Name }) => ({
    Arn: arn('imagebuilder', `infrastructure-configuration/${Name}`),
  }),
  'AWS::KMS::Alias': (_id, { AliasName }) => ({ Ref: AliasName }),
  'AWS::Lambda::Function': (id) => ({ Ref: id, Arn: arn('lambda', `function:${id}`) }),
  'AWS::Logs::LogGroup': (id, { LogGroupName = id }) => ({ Ref: id, Arn: arn('logs', `log-group:${LogGroupName}:*`) }),
  'AWS::Scheduler::ScheduleGroup': (id) => ({ Ref: id, Arn: arn('scheduler', `schedule-group/${id}`) }),
  'AWS::S3::Bucket': () => ({ Ref: 'own-bucket', Arn: 'arn:aws:s3:::own-bucket' }),
  'AWS::SNS::Topic': (id) => ({ Ref: arn('sns', id), TopicArn: arn('sns', id) }),
  'AWS::SQS::Queue': (id) => ({ Arn: arn('sqs', id), QueueName: id }),
};

/** Of the stack as a whole. */
const pseudo = (stackName: string): Attributes => ({
  'AWS::AccountId': ACCOUNT,
  'AWS::Partition': 'aws',
  'AWS::Region': REGION,
  'AWS::StackId': arn('cloudformation', `stack/${stackName}/11111111-2222-3333-4444-555555555555`),
  'AWS::StackName': stackName,
  'AWS::URLSuffix': 'amazonaws.com',
});

/** A part of a template as it is once deployed. Throws for what it does not know, so that nothing stays a wildcard. */
export function resolve(template: RawTemplate, stackName: string, value: unknown): unknown {
  const at = (id: string, name: string): string => {
    const resource = template.Resources[id];
    const found = resource
      ? DEPLOYED[resource.Type]?.(`${stackName}-${id}`, resource.Properties)[name]
      : pseudo(stackName)[id];
    if (found === undefined) throw new Error(`resolve.ts does not know ${name} of ${id} (${resource?.Type})`);
    return found;
  };
  const inner = (one: unknown): unknown => {
    if (Array.isArray(one)) return one.map(inner);
    if (typeof one !== 'object' || one === null) return one;
    const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join, 'Fn::Sub': sub } = one as Record<string, unknown>;
    if (typeof Ref === 'string') return at(Ref, 'Ref');
    if (Array.isArray(attribute)) return at(attribute[0], attribute[1]);
    if (Array.isArray(join)) return (join[1] as unknown[]).map(inner).join(join[0]);
    if (typeof sub === 'string') return sub.replace(/\$\{([^}]+)\}/g, (_, id) => at(id, 'Ref'));
    return Object.fromEntries(Object.entries(one).map(([name, part]) => [name, inner(part)]));
  };
  return inner(value);
}

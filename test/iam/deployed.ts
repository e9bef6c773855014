import type { Settings } from '../../contract/settings';
import { checkSettings } from '../../contract/settings-load';
import { imageDocument } from '../../imagebuilder/image-document';
import { APP_URL, type RawTemplate, rawTemplate, resourcesOf } from '../infra/synth';
import { ASSETS_BUCKET, arn, TEMPLATE_ID } from './account';
import type { Actor } from './calls';
import { BAKE_POLICIES } from './managed-policies';
import { resolve } from './resolve';

/** A policy document. */
export interface Policy {
  Version: string;
  Statement: { Sid?: string; Effect: string; [part: string]: unknown }[];
}

/** A stack as a deploy makes it, as far as permissions are concerned. */
export interface Deployed {
  settings: Settings;
  template: RawTemplate;
  bucket: string;
  subnetIds: string[];
  /** Of the image document's files, in CDK's bucket. */
  assetKeys: string[];
  arns: Record<
    'jobs' | 'deadLetters' | 'topic' | 'pipeline' | 'infrastructure' | 'image' | 'launchTemplate' | 'stack',
    string
  >;
  roleArns: Record<DeployedActor, string>;
  /** What of a launch the launch template gives tags. */
  taggedByTemplate: string[];
  /** Of each function. */
  logGroups: Partial<Record<DeployedActor, string>>;
  /** Of each role: its own policies. */
  policies: Record<DeployedActor, Policy[]>;
  /** Whether a permissions boundary bounds each role. */
  isBounded: Record<DeployedActor, boolean>;
  /** Of each schedule, by its name: the role that EventBridge Scheduler takes. */
  scheduleRoles: Record<string, ScheduleRole>;
  /** By the ARN of the bucket, queue or topic that has it. */
  resourcePolicies: ReadonlyMap<string, Policy>;
}

/** A role with who may take it. */
export interface ScheduleRole {
  arn: string;
  group: string;
  policies: Policy[];
  trust: Policy;
  isBounded: boolean;
}

export type DeployedActor = Exclude<Actor, 'user'>;

/** What the logical id of each actor's role begins with. */
export const ROLES: Readonly<Record<DeployedActor, string>> = {
  launch: 'Launcher',
  guard: 'Guard',
  publish: 'Publisher',
  metrics: 'Metrics',
  notifications: 'StorageNotifier',
  instance: 'Runner',
  bake: 'ImageBake',
};

const FUNCTIONS = ['launch', 'guard', 'publish', 'metrics', 'notifications'] as const;

/** What attaches a policy to a resource, the property that names the resource, and the resource's ARN. */
const RESOURCE_POLICIES = [
  { type: 'AWS::S3::BucketPolicy', of: ({ Bucket }: Properties) => [Bucket], attribute: 'Arn' },
  { type: 'AWS::SQS::QueuePolicy', of: ({ Queues }: Properties) => Queues, attribute: 'Arn' },
  { type: 'AWS::SNS::TopicPolicy', of: ({ Topics }: Properties) => Topics, attribute: 'TopicArn' },
];
// biome-ignore lint/suspicious/noExplicitAny: the properties of any resource
type Properties = any;

/** The stack of these settings, deployed into the account of account.ts. */
export function deploy(given: Record<string, unknown>): Deployed {
  const settings = checkSettings({ app_url: APP_URL, ...given });
  const { name } = settings;
  const template = rawTemplate(given, imageDocument(settings));
  const value = <T = string>(part: unknown) => resolve(template, name, part) as T;
  const output = (id: string) => value(template.Outputs[id]?.Value);
  const arnOf = (type: string, part: string) => value({ 'Fn::GetAtt': [theId(template, type, part), 'Arn'] });
  const ofRoles = <T>(make: (roleId: string) => T) =>
    Object.fromEntries(
      Object.entries(ROLES).map(([actor, prefix]) => [actor, make(theId(template, 'AWS::IAM::Role', prefix))]),
    ) as Record<DeployedActor, T>;
  return {
    settings,
    template,
    bucket: output('JobBucketName'),
    taggedByTemplate: taggedTypes(template),
    subnetIds: subnetIds(template, settings).map((id) => value(id)),
    assetKeys: assetKeysOf(template, value),
    arns: {
      jobs: arnOf('AWS::SQS::Queue', 'JobsQueue'),
      deadLetters: arnOf('AWS::SQS::Queue', 'JobsDeadLetters'),
      topic: output('TopicArn'),
      pipeline: output('PipelineArn'),
      infrastructure: arnOf('AWS::ImageBuilder::InfrastructureConfiguration', 'Image'),
      image: arn('imagebuilder', `image/${name}/1.0.1/1`),
      launchTemplate: arn('ec2', `launch-template/${TEMPLATE_ID}`),
      stack: value({ Ref: 'AWS::StackId' }),
    },
    roleArns: ofRoles((id) => value({ 'Fn::GetAtt': [id, 'Arn'] })),
    logGroups: Object.fromEntries(FUNCTIONS.map((actor) => [actor, arnOf('AWS::Logs::LogGroup', ROLES[actor])])),
    policies: withManaged(ofRoles((id) => policiesOf(template, id).map((policy) => value<Policy>(policy)))),
    isBounded: ofRoles((id) => template.Resources[id]?.Properties.PermissionsBoundary !== undefined),
    scheduleRoles: scheduleRolesOf(template, value),
    resourcePolicies: new Map(
      RESOURCE_POLICIES.flatMap(({ type, of, attribute }) =>
        resourcesOf(template, type).flatMap(([, { Properties }]) =>
          of(Properties).map(({ Ref }: { Ref: string }) => [
            value({ 'Fn::GetAtt': [Ref, attribute] }),
            value<Policy>(Properties.PolicyDocument),
          ]),
        ),
      ) as [string, Policy][],
    ),
  };
}

/** The one resource of a type whose logical id begins so. */
function theId(template: RawTemplate, type: string, prefix: string): string {
  const ids = resourcesOf(template, type).flatMap(([id]) => (id.startsWith(prefix) ? [id] : []));
  if (ids.length !== 1) throw new Error(`${ids.length} resources of type ${type} whose id begins with ${prefix}`);
  return ids[0] as string;
}

function scheduleRolesOf(template: RawTemplate, value: <T>(part: unknown) => T): Record<string, ScheduleRole> {
  const schedules = resourcesOf(template, 'AWS::Scheduler::Schedule').map(([, { Properties }]) => {
    const [id] = Properties.Target.RoleArn['Fn::GetAtt'] as [string];
    const role = template.Resources[id]?.Properties;
    const [group] = resourcesOf(template, 'AWS::Scheduler::ScheduleGroup').map(([one]) => one);
    return {
      name: Properties.Name as string,
      arn: value<string>(Properties.Target.RoleArn),
      group: value<string>({ 'Fn::GetAtt': [group, 'Arn'] }),
      policies: policiesOf(template, id).map((policy) => value<Policy>(policy)),
      trust: value<Policy>(role.AssumeRolePolicyDocument),
      isBounded: role.PermissionsBoundary !== undefined,
    };
  });
  return Object.fromEntries(schedules.map(({ name, ...role }) => [name, role]));
}

function policiesOf(template: RawTemplate, roleId: string): unknown[] {
  const attached = resourcesOf(template, 'AWS::IAM::Policy').filter(([, { Properties }]) =>
    (Properties.Roles ?? []).some(({ Ref }: { Ref?: string }) => Ref === roleId),
  );
  return attached.map(([, { Properties }]) => Properties.PolicyDocument);
}

/** What the recipe tells Image Builder to download. */
function assetKeysOf(template: RawTemplate, value: <T>(part: unknown) => T): string[] {
  const recipes = resourcesOf(template, 'AWS::ImageBuilder::ImageRecipe');
  const text = JSON.stringify(value(recipes.map(([, { Properties }]) => Properties.Components[0].Parameters)));
  const keys = [...text.matchAll(new RegExp(`s3://${ASSETS_BUCKET}/([^"]+)`, 'g'))].map(([, key]) => key as string);
  if (keys.length === 0) throw new Error('the recipe names no asset');
  return keys;
}

function subnetIds(template: RawTemplate, { subnets }: Settings): unknown[] {
  return subnets.length > 0 ? subnets : resourcesOf(template, 'AWS::EC2::Subnet').map(([id]) => ({ Ref: id }));
}

function taggedTypes(template: RawTemplate): string[] {
  const [found] = resourcesOf(template, 'AWS::EC2::LaunchTemplate');
  const { TagSpecifications } = found?.[1].Properties.LaunchTemplateData ?? {};
  return TagSpecifications.map(({ ResourceType }: { ResourceType: string }) => ResourceType);
}

/** A bake has those that Image Builder demands too. */
function withManaged(policies: Record<DeployedActor, Policy[]>): Record<DeployedActor, Policy[]> {
  return { ...policies, bake: [...policies.bake, BAKE_POLICIES] };
}

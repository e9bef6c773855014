import { aws_ec2 as ec2, aws_iam as iam, type Stack, aws_s3 as s3, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { APP_STATEMENT } from './runner-role';

/** Why a statement holds a wildcard, by its Sid; statements that are not here may not hold one. */
const WILDCARD_REASONS: Record<string, string> = {
  CancelBakes: 'Every bake has its own ARN below the name of the recipe.',
  EndInstances: 'Instances are not known before they start; two tags limit it to those of this launch template.',
  FindInstances: 'DescribeInstances knows no resources.',
  KeepTombstones: 'The guard keeps its tombstones below this prefix, one for each instance.',
  LaunchFromTemplate: 'What a launch makes has no ARN yet; conditions limit it to what this launch template names.',
  LaunchIntoSubnets: 'The network interface of a launch has no ARN yet; a condition limits it to this launch template.',
  ReadBakes: 'Every bake has an ARN of its own below the name of the one recipe.',
  ReadConsole: 'Instances are not known before they start; two tags limit it to those of this launch template.',
  ReadEarlierStatuses: 'Every job has a status of its own below this prefix.',
  ReadInput: 'All inputs, and nothing but inputs, are below this prefix.',
  ReadPackageLists: 'Every list of packages has a name of its own below this prefix.',
  ReadStatuses: 'Every job has a status of its own below this prefix.',
  RequestSpot: 'A Spot request has no ARN before the launch; what it starts is limited by the other statements.',
  SeeImage: 'Describe actions of images and launch templates know no resources.',
  SeeVersions: 'Describe actions of images and launch templates know no resources.',
  SessionManager: 'These actions, which an instance calls for itself, know no resources.',
  StartScheduledJobs: 'Every run of a schedule has a key of its own below this prefix.',
  TagBakes: 'Every bake has its own ARN below the name of the recipe.',
  TagOnLaunch: 'What a launch makes has no ARN yet; a condition limits it to the moment of the launch.',
  WriteIndex: 'Every job has an entry of its own below this prefix, and nothing else is there.',
  WriteOutput: 'All that a job leaves behind is below this prefix.',
  WriteRecords: 'All that a job leaves behind is below this prefix.',
};

/** Why a managed policy of AWS's stands where an own one could, by its name. */
const MANAGED_POLICY_REASONS: Record<string, string> = {
  AmazonSSMManagedInstanceCore: 'Image Builder demands it of the instances of a bake.',
  EC2InstanceProfileForImageBuilder: 'Image Builder demands it of the instances of a bake.',
  'service-role/EC2ImageBuilderLifecycleExecutionPolicy': 'The documented policy for lifecycle rules of Image Builder.',
};

/**
 * Answers every finding of cdk-nag's AwsSolutions that is meant to be, each with its reason. What is not answered here
 * ends the synthesis.
 */
export function acknowledgeFindings(stack: Stack): void {
  Validations.of(stack).acknowledge({
    id: 'Annotation::@aws-cdk/aws-s3-notifications:sqsKMSPermissionsNotAdded',
    reason: "The policy of the customer's key is the customer's; docs/operating.md says what it must allow.",
  });
  for (const node of stack.node.findAll()) {
    if (node instanceof iam.CfnPolicy) acknowledgeWildcards(stack, node);
    if (node instanceof iam.CfnRole) acknowledgeManagedPolicies(stack, node);
    if (node instanceof s3.CfnBucket) {
      acknowledge(
        node,
        'S1',
        'Server access logs need a second bucket; CloudTrail data events tell more when asked for.',
      );
    }
    if (node instanceof ec2.CfnVPC) {
      acknowledge(node, 'VPC7', 'Flow logs cost more than the jobs; nothing can come in, and apps may call anywhere.');
    }
  }
}

interface Statement {
  Sid?: string;
  Action?: unknown;
  Resource?: unknown;
}

function acknowledgeWildcards(stack: Stack, policy: iam.CfnPolicy): void {
  const { Statement } = stack.resolve(policy.policyDocument) as { Statement: Statement[] };
  for (const { Sid = '', Action, Resource } of Statement) {
    const reason = Sid.startsWith(APP_STATEMENT) ? 'The setting app_statements says so.' : WILDCARD_REASONS[Sid];
    if (!reason) continue;
    const findings = [
      ...list(Action).map((action) => `Action::${action}`),
      ...list(Resource).map((resource) => `Resource::${flat(resource)}`),
    ];
    for (const finding of findings.filter((text) => text.includes('*'))) {
      acknowledge(policy, `IAM5[${finding}]`, reason);
    }
  }
}

function acknowledgeManagedPolicies(stack: Stack, role: iam.CfnRole): void {
  for (const arn of list(stack.resolve(role.managedPolicyArns)).map(flat)) {
    const name = arn.replace(/^.*:policy\//, '');
    const reason = MANAGED_POLICY_REASONS[name] ?? 'The setting app_policies says so.';
    acknowledge(role, `IAM4[Policy::${arn}]`, reason);
  }
}

function acknowledge(node: IConstruct, rule: string, reason: string): void {
  Validations.of(node).acknowledge({ id: `AwsSolutions-${rule}`, reason });
}

function list(value: unknown): unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** A value of a template as cdk-nag writes it: `<LogicalId.Attribute>` and `<Parameter>` for what is not known yet. */
function flat(value: unknown): string {
  if (typeof value === 'string') return value;
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value as Record<string, unknown>;
  if (typeof Ref === 'string') return `<${Ref}>`;
  if (Array.isArray(attribute)) return `<${attribute.join('.')}>`;
  if (Array.isArray(join)) return (join[1] as unknown[]).map(flat).join(join[0] as string);
  return JSON.stringify(value);
}

import { arn, REGION } from './account';
import { type Ask, keyAsks } from './asks';
import type { Deployed } from './deployed';

/** Of the actions on a launch template. */
const TEMPLATE_ACTIONS = ['CreateLaunchTemplateVersion', 'ModifyLaunchTemplate', 'DeleteLaunchTemplateVersions'];
/** Actions that know no resources. */
const GLOBAL_ACTIONS = [
  'DescribeImages',
  'DescribeInstanceTypes',
  'DescribeInstances',
  'DescribeLaunchTemplateVersions',
  'DescribeLaunchTemplates',
  'DescribeVpcs',
  'GetEbsDefaultKmsKeyId',
  'GetInstanceMetadataDefaults',
];
const SPOT_REQUEST = 'spot-instances-request';
/** What EBS asks of the key of a volume for whoever starts the instance ("How Amazon EBS encryption works", EBS User Guide). */
const VOLUME_KEY = ['GenerateDataKeyWithoutPlaintext', 'ReEncryptFrom', 'ReEncryptTo', 'Decrypt', 'DescribeKey'];

/** What IAM is asked for a call of EC2; undefined for what is none. */
export function ec2Asks(call: string, stack: Deployed): Ask[] | undefined {
  const [operation = '', ...about] = call.split(' ');
  const action = `ec2:${operation}`;
  if (operation === 'RunInstances') return launchAsks(stack, about);
  if (GLOBAL_ACTIONS.includes(operation)) return [{ action, resource: '*' }];
  if (TEMPLATE_ACTIONS.includes(operation)) return [{ action, resource: stack.arns.launchTemplate }];
  if (operation === 'CreateTags')
    return [{ action, resource: stack.arns.launchTemplate, context: { 'aws:TagKeys': ['lambda-ec2:defaults'] } }];
  if (operation === 'TerminateInstances' || operation === 'GetConsoleOutput') {
    return [{ action, resource: arn('ec2', 'instance/i-0123456789abcdef0'), context: instanceTags(stack) }];
  }
  return undefined;
}

/** The tags by which an instance is this stack's, as the condition keys that show them. */
export function instanceTags({ settings, arns }: Deployed): Record<string, string> {
  const tags = {
    'lambda-ec2:stack': settings.name,
    'aws:ec2launchtemplate:id': arns.launchTemplate.replace(/^.*\//, ''),
  };
  return Object.fromEntries(
    Object.entries(tags).flatMap(([key, value]) => [
      [`ec2:ResourceTag/${key}`, value],
      [`aws:ResourceTag/${key}`, value],
    ]),
  );
}

/**
 * One launch as lambda/launch/request.ts asks for it, with the parts that are asked about apart. What comes from the
 * launch template says so; the subnet, and the interface that is made in it, are the request's own.
 */
function launchAsks(stack: Deployed, tagged: readonly string[]): Ask[] {
  const { roleArns, taggedByTemplate } = stack;
  const action = 'ec2:RunInstances';
  const asks: Ask[] = launchParts(stack).map(({ resource, context }) => ({ action, resource, context }));
  for (const type of new Set([...tagged, ...taggedByTemplate])) {
    const context = { 'ec2:CreateAction': 'RunInstances' };
    asks.push({ action: 'ec2:CreateTags', resource: arn('ec2', `${type}/new`), context });
  }
  const passedTo = { 'iam:PassedToService': 'ec2.amazonaws.com' };
  asks.push({ action: 'iam:PassRole', resource: roleArns.instance, context: passedTo });
  asks.push(...keyAsks(VOLUME_KEY, 'ec2', stack), ...grantAsks(stack), ...spotAsks(stack));
  return asks;
}

/** Each resource of a launch, and the condition keys that EC2 gives for it. */
export function launchParts({ arns, subnetIds }: Deployed): { resource: string; context: Record<string, string> }[] {
  const from = { 'ec2:LaunchTemplate': arns.launchTemplate };
  const image = `arn:aws:ec2:${REGION}::image/ami-0123456789abcdef0`;
  const snapshot = `arn:aws:ec2:${REGION}::snapshot/snap-0123456789abcdef0`;
  const ofTemplate = ['instance/new', 'volume/new', 'security-group/sg-0123456789abcdef0'].map((one) =>
    arn('ec2', one),
  );
  const ofRequest = [...subnetIds.map((id) => `subnet/${id}`), 'network-interface/new'].map((one) => arn('ec2', one));
  return [
    ...[arns.launchTemplate, image, snapshot, ...ofTemplate].map((resource) => ({
      resource,
      context: { ...from, 'ec2:IsLaunchTemplateResource': 'true' },
    })),
    ...ofRequest.map((resource) => ({ resource, context: { ...from, 'ec2:IsLaunchTemplateResource': 'false' } })),
  ];
}

function grantAsks(stack: Deployed): Ask[] {
  const asks = keyAsks(['CreateGrant'], 'ec2', stack);
  return asks.map((ask) => ({ ...ask, context: { ...ask.context, 'kms:GrantIsForAWSResource': 'true' } }));
}

/**
 * A Spot request counts as a resource only when it gets tags (Service Authorization Reference, Amazon EC2). EC2 makes the
 * role of Spot with the rights of whoever first asks for an instance of Spot.
 */
function spotAsks({ settings, taggedByTemplate }: Deployed): Ask[] {
  if (!settings.spot) return [];
  const request = taggedByTemplate.includes(SPOT_REQUEST)
    ? [{ action: 'ec2:RunInstances', resource: arn('ec2', `${SPOT_REQUEST}/new`) }]
    : [];
  const resource = 'arn:aws:iam::111122223333:role/aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot';
  const context = { 'iam:AWSServiceName': 'spot.amazonaws.com' };
  return [...request, { action: 'iam:CreateServiceLinkedRole', resource, context }];
}

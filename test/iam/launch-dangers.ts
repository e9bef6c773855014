import { arn, iamArn } from './account';
import type { Ask } from './asks';
import type { Deployed } from './deployed';
import { launchParts } from './ec2-asks';

const action = 'ec2:RunInstances';
const NEVER = ['key-pair/mine', 'subnet/subnet-0fedcba9876543210', 'placement-group/mine', 'capacity-reservation/cr-1'];

/** Each part of a launch with no template, with another one, and named by the request; and what no launch may have. */
export function launchDangers(stack: Deployed): Ask[] {
  const other = arn('ec2', 'launch-template/lt-0123456789abcdef1');
  const parts = launchParts(stack);
  const from = { 'ec2:LaunchTemplate': stack.arns.launchTemplate };
  const named = parts.filter(({ context }) => context['ec2:IsLaunchTemplateResource'] === 'true');
  return [
    ...parts.map(({ resource }) => ({ action, resource })),
    ...parts.map(({ resource, context }) => ({
      action,
      resource,
      context: { ...context, 'ec2:LaunchTemplate': other },
    })),
    { action, resource: other, context: { 'ec2:LaunchTemplate': other, 'ec2:IsLaunchTemplateResource': 'true' } },
    ...named.map(({ resource }) => ({
      action,
      resource,
      context: { ...from, 'ec2:IsLaunchTemplateResource': 'false' },
    })),
    ...['true', 'false'].flatMap((is) =>
      NEVER.map((one) => ({
        action,
        resource: arn('ec2', one),
        context: { ...from, 'ec2:IsLaunchTemplateResource': is },
      })),
    ),
    { action: 'ec2:CreateTags', resource: arn('ec2', 'instance/i-1'), context: { 'ec2:CreateAction': 'CreateVolume' } },
    {
      action: 'iam:CreateServiceLinkedRole',
      resource: iamArn('role/aws-service-role/other.amazonaws.com/Other'),
      context: { 'iam:AWSServiceName': 'other.amazonaws.com' },
    },
  ];
}

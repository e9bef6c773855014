import { ArnFormat, aws_iam as iam, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

export interface LaunchRights {
  templateId: string;
  subnetIds: string[];
  runnerRole: iam.IRole;
  spot: boolean;
}

/**
 * RunInstances from one launch template, with one role.
 *
 * `ec2:LaunchTemplate` demands the template; `ec2:IsLaunchTemplateResource` demands that image, security groups and the
 * rest come from it and not from the request. The subnet is the request's own, so it is allowed apart, by id. A version
 * that names another instance profile cannot be launched: the role to pass is exactly one (Service Authorization
 * Reference, Amazon EC2; "Control access to launch templates with IAM permissions", EC2 User Guide).
 */
export function launchStatements(scope: Construct, rights: LaunchRights): iam.PolicyStatement[] {
  const stack = Stack.of(scope);
  const ec2 = (resource: string, resourceName: string) => stack.formatArn({ service: 'ec2', resource, resourceName });
  const publicArn = (resource: string) =>
    stack.formatArn({
      service: 'ec2',
      account: '',
      resource,
      resourceName: '*',
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
  const template = ec2('launch-template', rights.templateId);
  const fromTemplate = { ArnEquals: { 'ec2:LaunchTemplate': template } };
  // Whatever `spot` and `tags` are now: until publish has moved it, and after a roll-back, the default version is one from
  // before, which may ask for a Spot request with tags, and a launch that is not allowed would fail its job.
  const tagged = ['instance', 'volume', 'network-interface', 'spot-instances-request'];
  const statements = [
    new iam.PolicyStatement({
      sid: 'LaunchFromTemplate',
      actions: ['ec2:RunInstances'],
      resources: [
        template,
        publicArn('image'),
        publicArn('snapshot'),
        ec2('instance', '*'),
        ec2('volume', '*'),
        ec2('security-group', '*'),
      ],
      conditions: { ...fromTemplate, Bool: { 'ec2:IsLaunchTemplateResource': 'true' } },
    }),
    new iam.PolicyStatement({
      sid: 'LaunchIntoSubnets',
      actions: ['ec2:RunInstances'],
      // The interface is made for the request's subnet, so it is no resource of the template either.
      resources: [...rights.subnetIds.map((id) => ec2('subnet', id)), ec2('network-interface', '*')],
      conditions: fromTemplate,
    }),
    new iam.PolicyStatement({
      sid: 'TagOnLaunch',
      actions: ['ec2:CreateTags'],
      resources: tagged.map((resource) => ec2(resource, '*')),
      conditions: { StringEquals: { 'ec2:CreateAction': 'RunInstances' } },
    }),
    new iam.PolicyStatement({
      sid: 'PassRunnerRole',
      actions: ['iam:PassRole'],
      resources: [rights.runnerRole.roleArn],
      conditions: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
    }),
    // Looks for the instance of an earlier delivery. Describe actions know no resources.
    new iam.PolicyStatement({ sid: 'FindInstances', actions: ['ec2:DescribeInstances'], resources: ['*'] }),
    // Whether a launch was refused for lack of an image.
    new iam.PolicyStatement({
      sid: 'SeeImage',
      actions: ['ec2:DescribeLaunchTemplateVersions', 'ec2:DescribeImages'],
      resources: ['*'],
    }),
    spotRequestStatement(ec2('spot-instances-request', '*')),
  ];
  if (rights.spot) statements.push(spotRoleStatement(stack));
  return statements;
}

/**
 * A Spot request that gets tags counts as a resource of the launch, one that no condition on the template is known for
 * (Service Authorization Reference, Amazon EC2, RunInstances; read November 2026). Alone it starts nothing.
 */
function spotRequestStatement(request: string): iam.PolicyStatement {
  return new iam.PolicyStatement({ sid: 'RequestSpot', actions: ['ec2:RunInstances'], resources: [request] });
}

/** The first Spot instance of an account needs the service's own role, which EC2 makes with the caller's rights. */
function spotRoleStatement(stack: Stack): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'MakeSpotRole',
    actions: ['iam:CreateServiceLinkedRole'],
    resources: [
      stack.formatArn({
        service: 'iam',
        region: '',
        resource: 'role',
        resourceName: 'aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot',
      }),
    ],
    conditions: { StringEquals: { 'iam:AWSServiceName': 'spot.amazonaws.com' } },
  });
}

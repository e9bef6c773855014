import { ArnFormat, aws_iam as iam, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

export interface PublishRights {
  templateId: string;
  pipelineArn: string;
  imageArnPrefix: string;
  /** Where the bakes run. */
  infrastructureArn: string;
  bakeRoleArn: string;
  topicArn: string;
}

/**
 * What lambda/publish does: reads versions and images, writes versions of the one template,
 * starts and ends bakes of the one pipeline.
 */
export function publishStatements(scope: Construct, rights: PublishRights): iam.PolicyStatement[] {
  const template = Stack.of(scope).formatArn({
    service: 'ec2',
    resource: 'launch-template',
    resourceName: rights.templateId,
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });
  const bakes = `${rights.imageArnPrefix}*`;
  return [
    new iam.PolicyStatement({
      sid: 'WriteVersions',
      actions: ['ec2:CreateLaunchTemplateVersion', 'ec2:ModifyLaunchTemplate'],
      resources: [template],
    }),
    // Describe actions know no resources.
    new iam.PolicyStatement({
      sid: 'SeeVersions',
      actions: ['ec2:DescribeImages', 'ec2:DescribeLaunchTemplates', 'ec2:DescribeLaunchTemplateVersions'],
      resources: ['*'],
    }),
    // The event of a finished bake does not say which AMI it made.
    new iam.PolicyStatement({ sid: 'ReadBakes', actions: ['imagebuilder:GetImage'], resources: [bakes] }),
    // The pipeline tags its images, which counts as the doing of whoever starts it;
    // a bake that was published is marked.
    new iam.PolicyStatement({ sid: 'TagBakes', actions: ['imagebuilder:TagResource'], resources: [bakes] }),
    // When the stack is removed: a bake that goes on keeps the subnet and the security group in use.
    new iam.PolicyStatement({ sid: 'CancelBakes', actions: ['imagebuilder:CancelImageCreation'], resources: [bakes] }),
    new iam.PolicyStatement({
      sid: 'StartBakes',
      // To start a pipeline is to read it ("Actions, resources, and condition keys for Amazon EC2 Image Builder"); its
      // recipe and its bakes also tell which bake is to be published, and which to be cancelled.
      actions: [
        'imagebuilder:StartImagePipelineExecution',
        'imagebuilder:GetImagePipeline',
        'imagebuilder:ListImagePipelineImages',
      ],
      resources: [rights.pipelineArn],
    }),
    // A bake that found no room in its subnet goes to the next. Whoever changes where bakes run hands on their role
    // ("Actions, resources, and condition keys for Amazon EC2 Image Builder", dependent actions).
    new iam.PolicyStatement({
      sid: 'MoveBakes',
      actions: ['imagebuilder:GetInfrastructureConfiguration', 'imagebuilder:UpdateInfrastructureConfiguration'],
      resources: [rights.infrastructureArn],
    }),
    new iam.PolicyStatement({
      sid: 'PassBakeRole',
      actions: ['iam:PassRole'],
      resources: [rights.bakeRoleArn],
      conditions: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
    }),
    // Only the state of the stack tells a deploy from one that is being taken back.
    new iam.PolicyStatement({
      sid: 'SeeRollback',
      actions: ['cloudformation:DescribeStacks'],
      resources: [Stack.of(scope).stackId],
    }),
    new iam.PolicyStatement({ sid: 'Notify', actions: ['sns:Publish'], resources: [rights.topicArn] }),
  ];
}

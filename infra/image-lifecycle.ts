import { aws_iam as iam, aws_imagebuilder as imagebuilder } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Settings } from '../contract/settings';
import { KEEP_TAG, STACK_TAG } from '../contract/tags';

/** An image that carries this tag stays, whatever its age: for a version that is kept to roll back to. */
const KEPT = { [KEEP_TAG]: 'true' };

/**
 * Removes old images, AMI and snapshots included: all but the newest `keep_images` and those tagged to be kept.
 *
 * The policy cannot see launch templates, and need not: a good bake always becomes the default's image, so that one is
 * among the newest. An exclusion of images that were launched lately would keep every one of a weekly bake, because each
 * is launched while it is the default's.
 */
export class ImageLifecycle extends Construct {
  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('imagebuilder.amazonaws.com'),
      description: `${settings.name}: removes old images`,
      managedPolicies: [
        iam.ManagedPolicy.fromAwsManagedPolicyName('service-role/EC2ImageBuilderLifecycleExecutionPolicy'),
      ],
    });
    new imagebuilder.CfnLifecyclePolicy(this, 'Policy', {
      name: settings.name,
      description: `Keeps the newest ${settings.keep_images} images, and those with the tag ${KEEP_TAG}`,
      resourceType: 'AMI_IMAGE',
      status: 'ENABLED',
      executionRole: role.roleArn,
      resourceSelection: { tagMap: { [STACK_TAG]: settings.name } },
      policyDetails: [
        {
          action: { type: 'DELETE', includeResources: { amis: true, snapshots: true } },
          filter: { type: 'COUNT', value: settings.keep_images },
          exclusionRules: { tagMap: KEPT, amis: { tagMap: KEPT } },
        },
      ],
    });
  }
}

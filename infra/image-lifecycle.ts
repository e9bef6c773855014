import { aws_iam as iam, aws_imagebuilder as imagebuilder } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Settings } from '../contract/settings';
import { KEEP_TAG, STACK_TAG } from '../contract/tags';

/** An image that carries this tag stays, whatever its age: for a version that is kept to roll back to. */
const KEPT = { [KEEP_TAG]: 'true' };
/** An image that was launched so lately counts as in use. */
const IN_USE_WEEKS = 12;

/**
 * Removes old images, AMI and snapshots included: all but the newest `keep_images`, those launched lately and those
 * tagged to be kept. The policy cannot see launch templates, so the newest (the default's) stay by their number.
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
      description: `Keeps the newest ${settings.keep_images} images and whatever is in use`,
      resourceType: 'AMI_IMAGE',
      status: 'ENABLED',
      executionRole: role.roleArn,
      resourceSelection: { tagMap: { [STACK_TAG]: settings.name } },
      policyDetails: [
        {
          action: { type: 'DELETE', includeResources: { amis: true, snapshots: true } },
          filter: { type: 'COUNT', value: settings.keep_images },
          exclusionRules: {
            tagMap: KEPT,
            amis: { tagMap: KEPT, lastLaunched: { unit: 'WEEKS', value: IN_USE_WEEKS } },
          },
        },
      ],
    });
  }
}

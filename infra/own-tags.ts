import { Aspects, CfnResource, type Stack, TagManager, Tags } from 'aws-cdk-lib';
import type { Settings } from '../contract/settings';

/**
 * Puts the setting `tags` on every resource of the stack that can have tags. What the stack does not create itself gets
 * them where it is described: what a launch starts in runner-template.ts, what a bake makes in image-pipeline.ts.
 *
 * Not left to CloudFormation, which hands a stack's own tags on to some types only: Image Builder's get none
 * (aws/ec2-image-builder-roadmap #94, read November 2026).
 */
export function tagResources(stack: Stack, { tags }: Settings): void {
  for (const [key, value] of Object.entries(tags)) Tags.of(stack).add(key, value);
  if (Object.keys(tags).length === 0) return;
  // CDK's own function that sets the bucket's notifications is a resource without a type, which Tags passes over.
  Aspects.of(stack).add({
    visit(node) {
      const isUntyped = CfnResource.isCfnResource(node) && !TagManager.isTaggable(node);
      if (isUntyped && node.cfnResourceType === 'AWS::Lambda::Function')
        node.addPropertyOverride('Tags', tagList(tags));
    },
  });
}

/** Tags as CloudFormation writes them in a template. */
function tagList(tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

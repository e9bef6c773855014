import { createHash } from 'node:crypto';
import { Aspects, CfnResource, aws_iam as iam, type Stack } from 'aws-cdk-lib';
import type { Settings } from '../contract/settings';
import { idOfThisStack } from './stack-id';

/** What IAM has names and paths for here, and the property that holds the name. */
const NAMED: Readonly<Record<string, string>> = {
  'AWS::IAM::Role': 'RoleName',
  'AWS::IAM::InstanceProfile': 'InstanceProfileName',
};
/** IAM's limit for the name of a role ("IAM and AWS STS quotas", IAM User Guide); of an instance profile it is 128. */
const MAX_NAME = 64;
const DIGITS = 8;

/**
 * Gives every role of the stack the permissions boundary, the path and the beginning of its name that the settings ask
 * for, whoever in CDK made it.
 */
export function applyRoleSettings(stack: Stack, settings: Settings): void {
  const { permissions_boundary: boundary, role_path: path, role_name_prefix: prefix } = settings;
  if (boundary) iam.PermissionsBoundary.of(stack).apply(boundaryPolicy(stack, boundary));
  if (!path && !prefix) return;
  Aspects.of(stack).add({
    visit(node) {
      const nameProperty = CfnResource.isCfnResource(node) ? NAMED[node.cfnResourceType] : undefined;
      if (!CfnResource.isCfnResource(node) || !nameProperty) return;
      if (path) node.addPropertyOverride('Path', path);
      if (prefix) node.addPropertyOverride(nameProperty, nameOf(node, settings));
    },
  });
}

function boundaryPolicy(stack: Stack, policy: string): iam.IManagedPolicy {
  return policy.startsWith('arn:')
    ? iam.ManagedPolicy.fromManagedPolicyArn(stack, 'Boundary', policy)
    : iam.ManagedPolicy.fromManagedPolicyName(stack, 'Boundary', policy);
}

/**
 * Prefix, stack, place in the stack, and two hashes that make it the only one: roles are of the whole account, so a stack
 * of the same name in another Region has other ones, and a role that is replaced for its path needs another name.
 */
function nameOf(resource: CfnResource, { name, role_name_prefix, role_path }: Settings): string {
  const place = resource.node.scopes.slice(2, -1).map(({ node }) => node.id);
  const shown = `${role_name_prefix}${name}-${place.join('')}`.slice(0, MAX_NAME - 2 * (DIGITS + 1));
  const digest = createHash('sha256').update(`${resource.node.path} ${role_path}`).digest('hex').slice(0, DIGITS);
  return `${shown}-${digest}-${idOfThisStack()}`;
}

import { aws_iam as iam } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Settings } from '../contract/settings';
import { credentialStatements, pipConfigStatements } from './secret-statements';

/**
 * What the instances of a bake may do: what Image Builder needs of them, and read the secrets with which the app and its
 * packages are fetched to bake its environment. The component's assets are granted where they are made.
 */
export class BakeRole extends Construct {
  readonly role: iam.Role;
  readonly profile: iam.InstanceProfile;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    this.role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com'),
      description: `${settings.name}: the instances that build and test images`,
      // The two that Image Builder demands ("Prerequisites", EC2 Image Builder User Guide).
      managedPolicies: ['AmazonSSMManagedInstanceCore', 'EC2InstanceProfileForImageBuilder'].map((name) =>
        iam.ManagedPolicy.fromAwsManagedPolicyName(name),
      ),
    });
    const secrets = [...credentialStatements(this, settings), ...pipConfigStatements(this, settings)];
    for (const statement of secrets) this.role.addToPrincipalPolicy(statement);
    this.profile = new iam.InstanceProfile(this, 'Profile', { role: this.role });
  }
}

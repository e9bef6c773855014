import { aws_iam as iam, type aws_s3 as s3 } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { INPUT_PREFIX, OUTPUT_PREFIX, PACKAGES_PREFIX } from '../contract/keys';
import type { Settings } from '../contract/settings';
import { dataKeyStatements } from './encryption';
import { appSecretStatements, credentialStatements, pipConfigStatements } from './secret-statements';

/** How the Sid of every statement of the setting `app_statements` starts. */
export const APP_STATEMENT = 'App';

/**
 * What an instance may do: read inputs and lists of packages, write outputs, read the configured secrets, and be reached
 * with Session Manager. Whatever the app itself may do comes from `app_policies` and `app_statements`.
 */
export class RunnerRole extends Construct {
  readonly role: iam.Role;
  readonly instanceProfileArn: string;

  constructor(scope: Construct, id: string, { settings, bucket }: { settings: Settings; bucket: s3.IBucket }) {
    super(scope, id);
    this.role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com'),
      description: `${settings.name}: the instances that run jobs`,
      managedPolicies: settings.app_policies.map((policy, index) => appPolicy(this, policy, index)),
    });
    const statements = [
      new iam.PolicyStatement({
        sid: 'ReadInput',
        // Exactly the uploaded version is read, which is an action of its own.
        actions: ['s3:GetObject', 's3:GetObjectVersion'],
        resources: [bucket.arnForObjects(`${INPUT_PREFIX}*`)],
      }),
      new iam.PolicyStatement({
        sid: 'ReadPackageLists',
        actions: ['s3:GetObject'],
        resources: [bucket.arnForObjects(`${PACKAGES_PREFIX}*`)],
      }),
      new iam.PolicyStatement({
        sid: 'WriteOutput',
        // Reads the status to claim a job, deletes what an earlier run of it left, and takes back its own version of an
        // output when a newer upload has taken over.
        actions: [
          's3:GetObject',
          's3:PutObject',
          's3:DeleteObject',
          's3:DeleteObjectVersion',
          's3:AbortMultipartUpload',
        ],
        resources: [bucket.arnForObjects(`${OUTPUT_PREFIX}*`)],
      }),
      // Without it S3 answers 403 for an object that does not exist, as for one that may not be read.
      new iam.PolicyStatement({ sid: 'TellMissing', actions: ['s3:ListBucket'], resources: [bucket.bucketArn] }),
      ...dataKeyStatements(this, settings),
      ...credentialStatements(this, settings),
      ...pipConfigStatements(this, settings),
      ...appSecretStatements(this, settings),
      sessionManagerStatement(),
      ...settings.app_statements.map((statement, index) =>
        // A Sid of its own, because two of one name make the whole policy invalid.
        iam.PolicyStatement.fromJson({ Effect: 'Allow', ...statement, Sid: `${APP_STATEMENT}${index + 1}` }),
      ),
    ];
    for (const statement of statements) this.role.addToPrincipalPolicy(statement);
    this.instanceProfileArn = new iam.InstanceProfile(this, 'Profile', { role: this.role }).instanceProfileArn;
  }
}

/** Session Manager without AmazonSSMManagedInstanceCore, which would let the instance read every SSM parameter. */
function sessionManagerStatement(): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'SessionManager',
    actions: [
      'ssm:UpdateInstanceInformation',
      'ssmmessages:CreateControlChannel',
      'ssmmessages:CreateDataChannel',
      'ssmmessages:OpenControlChannel',
      'ssmmessages:OpenDataChannel',
    ],
    resources: ['*'],
  });
}

function appPolicy(scope: Construct, policy: string, index: number): iam.IManagedPolicy {
  return policy.startsWith('arn:')
    ? iam.ManagedPolicy.fromManagedPolicyArn(scope, `AppPolicy${index}`, policy)
    : iam.ManagedPolicy.fromAwsManagedPolicyName(policy);
}

import { ArnFormat, aws_iam as iam, Stack, type aws_s3 as s3 } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { INPUT_PREFIX, OUTPUT_PREFIX, PACKAGES_PREFIX } from '../contract/keys';
import type { Settings } from '../contract/settings';
import { dataKeyStatements } from './encryption';

/** How the Sid of every statement of the setting `app_statements` starts. */
export const APP_STATEMENT = 'App';

/**
 * What an instance may do: read inputs and lists of packages, write outputs, read the one configured secret, and be reached with Session
 * Manager. Whatever the app itself may do comes from `app_policies` and `app_statements`.
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

/** Reading the secret of a private repository: exactly that one, and nothing when there is none. */
export function credentialStatements(
  scope: Construct,
  { app_credentials: name, kms_key_arn }: Settings,
): iam.PolicyStatement[] {
  if (!name) return [];
  const stack = Stack.of(scope);
  const parameter = name.startsWith('ssm:') ? name.slice('ssm:'.length).replace(/^\//, '') : undefined;
  const read =
    parameter === undefined
      ? new iam.PolicyStatement({
          sid: 'ReadCredentials',
          actions: ['secretsmanager:GetSecretValue'],
          resources: secretArns(stack, name),
        })
      : new iam.PolicyStatement({
          sid: 'ReadCredentials',
          actions: ['ssm:GetParameter'],
          resources: [stack.formatArn({ service: 'ssm', resource: 'parameter', resourceName: parameter })],
        });
  if (!kms_key_arn) return [read];
  const service = parameter === undefined ? 'secretsmanager' : 'ssm';
  const decrypt = new iam.PolicyStatement({
    sid: 'DecryptCredentials',
    actions: ['kms:Decrypt'],
    resources: [kms_key_arn],
    conditions: { StringEquals: { 'kms:ViaService': `${service}.${stack.region}.${stack.urlSuffix}` } },
  });
  return [read, decrypt];
}

/** Secrets Manager ends every ARN with a hyphen and six random characters, which a name or partial ARN lacks. */
function secretArns(stack: Stack, name: string): string[] {
  if (name.startsWith('arn:')) return /-[A-Za-z0-9]{6}$/.test(name) ? [name] : [`${name}-??????`];
  const arnFormat = ArnFormat.COLON_RESOURCE_NAME;
  return [
    stack.formatArn({ service: 'secretsmanager', resource: 'secret', resourceName: `${name}-??????`, arnFormat }),
  ];
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

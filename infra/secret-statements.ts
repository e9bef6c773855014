import { ArnFormat, aws_iam as iam, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Settings } from '../contract/settings';
import { viaService } from './encryption';

const PARAMETER = 'ssm:';

/** Reading the secret of a private repository: exactly that one, and nothing when there is none. */
export function credentialStatements(scope: Construct, settings: Settings): iam.PolicyStatement[] {
  return secretStatements(scope, 'Credentials', [settings.app_credentials], settings);
}

/** Reading pip's configuration: exactly the one secret that it is. */
export function pipConfigStatements(scope: Construct, settings: Settings): iam.PolicyStatement[] {
  return secretStatements(scope, 'PipConfig', [settings.pip_config], settings);
}

/** Reading the secrets of the app's variables: exactly those. */
export function appSecretStatements(scope: Construct, settings: Settings): iam.PolicyStatement[] {
  return secretStatements(scope, 'AppSecrets', Object.values(settings.app_secrets), settings);
}

/**
 * @param what names the statements
 * @param references as the settings have them: name or ARN of a secret, or `ssm:NAME`, and maybe `#field`; empty ones do
 *   not count
 */
function secretStatements(
  scope: Construct,
  what: string,
  references: string[],
  { kms_key_arn }: Settings,
): iam.PolicyStatement[] {
  const names = [...new Set(references.map((reference) => reference.replace(/#.*/, '')).filter(Boolean))];
  const parameters = names.filter((name) => name.startsWith(PARAMETER));
  const secrets = names.filter((name) => !name.startsWith(PARAMETER));
  const stack = Stack.of(scope);
  const read = (sid: string, service: string, action: string, resources: string[]) => {
    if (resources.length === 0) return [];
    const statement = new iam.PolicyStatement({ sid: `Read${sid}`, actions: [`${service}:${action}`], resources });
    return kms_key_arn ? [statement, decryptStatement(stack, `Decrypt${sid}`, service, kms_key_arn)] : [statement];
  };
  const arns = secrets.flatMap((name) => secretArn(stack, name));
  return [
    ...read(what, 'secretsmanager', 'GetSecretValue', arns),
    ...read(
      arns.length > 0 ? `${what}InSsm` : what,
      'ssm',
      'GetParameter',
      parameters.map((name) => parameterArn(stack, name)),
    ),
  ];
}

/** The key, for this service alone. */
function decryptStatement(stack: Stack, sid: string, service: string, key: string): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid,
    actions: ['kms:Decrypt'],
    resources: [key],
    conditions: { StringEquals: { 'kms:ViaService': viaService(stack, service) } },
  });
}

function parameterArn(stack: Stack, name: string): string {
  const resourceName = name.slice(PARAMETER.length).replace(/^\//, '');
  return stack.formatArn({ service: 'ssm', resource: 'parameter', resourceName });
}

/** Secrets Manager ends every ARN with a hyphen and six random characters, which a name or partial ARN lacks. */
function secretArn(stack: Stack, name: string): string {
  if (name.startsWith('arn:')) return /-[A-Za-z0-9]{6}$/.test(name) ? name : `${name}-??????`;
  const arnFormat = ArnFormat.COLON_RESOURCE_NAME;
  return stack.formatArn({ service: 'secretsmanager', resource: 'secret', resourceName: `${name}-??????`, arnFormat });
}

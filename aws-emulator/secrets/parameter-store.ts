import { createHash } from 'node:crypto';
import { JsonError, JsonService, textOf } from './json-service';
import type { SecretsOptions } from './secrets-manager';
import { Vault } from './vault';

interface ParameterVersion {
  type: 'String' | 'StringList' | 'SecureString';
  value: string;
  /** Seconds since 1970. */
  modified: number;
  /** As given to PutParameter: `text` or `aws:ec2:image`. */
  dataType: string;
}

/** SSM's limits on a standard parameter. */
const LONGEST_VALUE = 4096;
const TYPES = ['String', 'StringList', 'SecureString'];

/** SSM Parameter Store: PutParameter and GetParameter, with versions; a SecureString is shown only when decrypted. */
export function parameterStoreService({
  region = 'us-east-1',
  accountId = '000000000000',
}: SecretsOptions = {}): JsonService {
  const vault = new Vault<ParameterVersion>();

  return new JsonService('ssm', 'AmazonSSM', {
    PutParameter(input) {
      const name = textOf(input, 'Name');
      const value = textOf(input, 'Value');
      if (!/^[A-Za-z0-9_./-]{1,1011}$/.test(name) || (name.includes('/') && !name.startsWith('/'))) {
        throw new JsonError('ValidationException', 'Parameter name must be a fully qualified name.');
      }
      if (Buffer.byteLength(value) > LONGEST_VALUE) {
        throw new JsonError(
          'ValidationException',
          `Standard tier parameters support a maximum parameter value of ${LONGEST_VALUE} characters.`,
        );
      }
      const entry = vault.get(name);
      if (entry && input.Overwrite !== true) {
        throw new JsonError(
          'ParameterAlreadyExists',
          'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
        );
      }
      const type = String(input.Type ?? entry?.versions.at(-1)?.type ?? '');
      if (!TYPES.includes(type))
        throw new JsonError('ValidationException', 'A parameter type is required when you create a parameter.');
      const arn = `arn:aws:ssm:${region}:${accountId}:parameter${name.startsWith('/') ? '' : '/'}${name}`;
      const version: ParameterVersion = {
        type: type as ParameterVersion['type'],
        value,
        modified: Date.now() / 1000,
        dataType: String(input.DataType ?? 'text'),
      };
      const versions = [...(entry?.versions ?? []), version];
      vault.set(name, { arn, versions });
      return { Version: versions.length, Tier: 'Standard' };
    },

    GetParameter(input) {
      const asked = textOf(input, 'Name');
      const [found, entry] = vault.byArn(asked) ?? [asked, vault.get(asked)];
      const selector = entry ? undefined : /^(.+):([0-9]+)$/.exec(found);
      const name = selector?.[1] ?? found;
      const versions = (entry ?? vault.get(name))?.versions ?? [];
      if (versions.length === 0) throw new JsonError('ParameterNotFound', `Parameter ${asked} not found.`);
      const number = selector ? Number(selector[2]) : versions.length;
      const version = versions[number - 1];
      if (!version)
        throw new JsonError('ParameterVersionNotFound', `Systems Manager could not find version ${number} of ${name}.`);
      return {
        Parameter: {
          Name: name,
          Type: version.type,
          Value: version.type === 'SecureString' && input.WithDecryption !== true ? seal(version.value) : version.value,
          Version: number,
          LastModifiedDate: version.modified,
          ARN: vault.get(name)?.arn,
          DataType: version.dataType,
        },
      };
    },
  });
}

/** What stands in for ciphertext: it must not be the value, and be the same at every reading. */
function seal(value: string): string {
  return `sealed:${createHash('sha256').update(value).digest('base64')}`;
}

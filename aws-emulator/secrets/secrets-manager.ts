import { randomBytes, randomUUID } from 'node:crypto';
import { JsonError, type JsonInput, JsonService, textOf } from './json-service';
import { type Entry, Vault } from './vault';

interface SecretVersion {
  id: string;
  /** Seconds since 1970. */
  created: number;
  text?: string;
  /** Base64. */
  binary?: string;
}

export interface SecretsOptions {
  region?: string;
  accountId?: string;
}

/** Secrets Manager: CreateSecret, PutSecretValue, GetSecretValue, with AWSCURRENT and AWSPREVIOUS. */
export function secretsManagerService({
  region = 'us-east-1',
  accountId = '000000000000',
}: SecretsOptions = {}): JsonService {
  const vault = new Vault<SecretVersion>();

  const find = (input: JsonInput): [string, Entry<SecretVersion>] => {
    const id = textOf(input, 'SecretId');
    const entry = vault.get(id);
    const found: [string, Entry<SecretVersion>] | undefined = entry ? [id, entry] : vault.byArn(id);
    // A partial ARN, without the six random characters at its end, is allowed too.
    const partial = found ?? (id.startsWith('arn:') ? byPartialArn(id) : undefined);
    if (!partial) throw new JsonError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    return partial;
  };
  const byPartialArn = (arn: string): [string, Entry<SecretVersion>] | undefined => {
    const name = arn.split(':secret:')[1] ?? '';
    const entry = vault.get(name);
    return entry?.arn.startsWith(`${arn}-`) ? [name, entry] : undefined;
  };

  return new JsonService('secretsmanager', 'secretsmanager', {
    CreateSecret(input) {
      const name = textOf(input, 'Name');
      if (!/^[A-Za-z0-9/_+=.@-]{1,512}$/.test(name)) {
        throw new JsonError(
          'ValidationException',
          'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
        );
      }
      if (vault.get(name)) {
        throw new JsonError(
          'ResourceExistsException',
          `The operation failed because the secret ${name} already exists.`,
        );
      }
      const suffix = randomBytes(3).toString('hex');
      const arn = `arn:aws:secretsmanager:${region}:${accountId}:secret:${name}-${suffix}`;
      const hasValue = input.SecretString !== undefined || input.SecretBinary !== undefined;
      const version = hasValue ? newVersion(input) : undefined;
      vault.set(name, { arn, versions: version ? [version] : [] });
      return { ARN: arn, Name: name, ...(version && { VersionId: version.id }) };
    },

    PutSecretValue(input) {
      const [name, entry] = find(input);
      const version = newVersion(input);
      vault.set(name, { ...entry, versions: [...entry.versions.slice(-1), version] });
      return { ARN: entry.arn, Name: name, VersionId: version.id, VersionStages: ['AWSCURRENT'] };
    },

    GetSecretValue(input) {
      const [name, entry] = find(input);
      const stages = (version: SecretVersion) => [version === entry.versions.at(-1) ? 'AWSCURRENT' : 'AWSPREVIOUS'];
      const stage = input.VersionStage ?? (input.VersionId === undefined ? 'AWSCURRENT' : undefined);
      const version = entry.versions.find(
        (one) =>
          (stage === undefined || stages(one).includes(String(stage))) &&
          (input.VersionId === undefined || one.id === input.VersionId),
      );
      if (!version) {
        const asked = stage === undefined ? `VersionId: ${input.VersionId}` : `staging label: ${stage}`;
        throw new JsonError(
          'ResourceNotFoundException',
          `Secrets Manager can't find the specified secret value for ${asked}`,
        );
      }
      return {
        ARN: entry.arn,
        Name: name,
        VersionId: version.id,
        VersionStages: stages(version),
        CreatedDate: version.created,
        ...(version.text !== undefined && { SecretString: version.text }),
        ...(version.binary !== undefined && { SecretBinary: version.binary }),
      };
    },
  });
}

function newVersion(input: JsonInput): SecretVersion {
  const { SecretString: text, SecretBinary: binary, ClientRequestToken: token } = input;
  if ((typeof text === 'string') === (typeof binary === 'string')) {
    throw new JsonError(
      'InvalidRequestException',
      'You must provide either SecretString or SecretBinary, and not both.',
    );
  }
  const value = typeof text === 'string' ? { text } : { binary: binary as string };
  return { id: typeof token === 'string' ? token : randomUUID(), created: Date.now() / 1000, ...value };
}

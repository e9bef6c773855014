import type * as sdk from '@aws-sdk/client-secrets-manager';
import { ServiceError } from '../protocol/error';
import type { Handlers } from '../protocol/operation';
import { newVersion, type Secrets } from './secrets';

/** The operations that this Secrets Manager answers. */
export const HANDLERS: Handlers<typeof sdk, Secrets> = {
  CreateSecret(input, secrets) {
    if (!/^[A-Za-z0-9/_+=.@-]{1,512}$/.test(input.Name)) {
      throw new ServiceError(
        'ValidationException',
        'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
      );
    }
    const hasValue = input.SecretString !== undefined || input.SecretBinary !== undefined;
    const versions = hasValue ? [newVersion(input)] : [];
    const secret = secrets.create(input.Name);
    secret.versions = versions;
    return { ARN: secret.arn, Name: secret.name, VersionId: versions[0]?.id };
  },

  PutSecretValue(input, secrets) {
    const secret = secrets.find(input.SecretId);
    const version = newVersion(input);
    secret.versions = [...secret.versions.slice(-1), version];
    return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: ['AWSCURRENT'] };
  },

  GetSecretValue({ SecretId, VersionId, VersionStage }, secrets) {
    const { arn, name, versions } = secrets.find(SecretId);
    const stage = VersionStage ?? (VersionId === undefined ? 'AWSCURRENT' : undefined);
    const stageOf = (version: object) => (version === versions.at(-1) ? 'AWSCURRENT' : 'AWSPREVIOUS');
    const version = versions.find(
      (one) => (stage ?? stageOf(one)) === stageOf(one) && (VersionId ?? one.id) === one.id,
    );
    if (!version) {
      const asked = stage === undefined ? `VersionId: ${VersionId}` : `staging label: ${stage}`;
      throw new ServiceError(
        'ResourceNotFoundException',
        `Secrets Manager can't find the specified secret value for ${asked}`,
      );
    }
    const { SecretString, SecretBinary } = version.value;
    const VersionStages = [stageOf(version)];
    const { id, created: CreatedDate } = version;
    return { ARN: arn, Name: name, VersionId: id, VersionStages, CreatedDate, SecretString, SecretBinary };
  },
};

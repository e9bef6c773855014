import { randomBytes, randomUUID } from 'node:crypto';
import * as sdk from '@aws-sdk/client-secrets-manager';
import { awsJson } from '../protocol/aws-json';
import { ServiceError } from '../protocol/error';
import type { Handlers } from '../protocol/operation';
import { SdkService } from '../protocol/service';

/** A secret as GetSecretValue answers it, and its value. */
type Secret = Required<Pick<sdk.GetSecretValueResponse, 'ARN' | 'Name' | 'VersionId' | 'CreatedDate'>> & SecretValue;

/** One of the two is there. */
type SecretValue = Pick<sdk.PutSecretValueRequest, 'SecretString' | 'SecretBinary'>;

interface Secrets {
  arnPrefix: string;
  byName: Map<string, Secret>;
}

/** Secrets Manager: secrets in memory, each with its current value only. */
export class SecretsManagerService extends SdkService<typeof sdk, Secrets> {
  constructor({ region = 'us-east-1', accountId = '000000000000' }: { region?: string; accountId?: string } = {}) {
    const protocol = awsJson(sdk, { version: '1.1', target: 'secretsmanager' });
    const context = { arnPrefix: `arn:aws:secretsmanager:${region}:${accountId}:secret:`, byName: new Map() };
    super({ name: 'secretsmanager', protocol, handlers: HANDLERS, context });
  }
}

const HANDLERS: Handlers<typeof sdk, Secrets> = {
  CreateSecret(input, { byName, arnPrefix }) {
    const { Name } = input;
    if (!/^[A-Za-z0-9/_+=.@-]{1,512}$/.test(Name)) {
      throw new ServiceError(
        'ValidationException',
        'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
      );
    }
    if (byName.has(Name)) {
      throw new ServiceError(
        'ResourceExistsException',
        `The operation failed because the secret ${Name} already exists.`,
      );
    }
    // AWS ends an ARN in six random characters of its own.
    const secret = { ARN: `${arnPrefix}${Name}-${randomBytes(3).toString('hex')}`, Name, ...newVersion(input) };
    byName.set(Name, secret);
    return { ARN: secret.ARN, Name, VersionId: secret.VersionId };
  },

  PutSecretValue(input, { byName }) {
    const { ARN, Name } = find(byName, input.SecretId);
    const secret = { ARN, Name, ...newVersion(input) };
    byName.set(Name, secret);
    return { ARN, Name, VersionId: secret.VersionId, VersionStages: CURRENT };
  },

  DescribeSecret({ SecretId }, { byName }) {
    const { ARN, Name, CreatedDate, VersionId } = find(byName, SecretId);
    return { ARN, Name, CreatedDate, VersionIdsToStages: { [VersionId]: CURRENT } };
  },

  GetSecretValue({ SecretId, VersionId, VersionStage = 'AWSCURRENT' }, { byName }) {
    const secret = find(byName, SecretId);
    if (VersionStage === 'AWSCURRENT' && (VersionId ?? secret.VersionId) === secret.VersionId) {
      return { ...secret, VersionStages: CURRENT };
    }
    const asked = VersionId === undefined ? `staging label: ${VersionStage}` : `VersionId: ${VersionId}`;
    throw notFound(`secret value for ${asked}`);
  },
};

const CURRENT = ['AWSCURRENT'];

/** @param id name, ARN, or ARN without the random characters at its end */
function find(byName: Secrets['byName'], id: string): Secret {
  const byArn = [...byName.values()].find(({ ARN }) => ARN === id || ARN.replace(/-[0-9a-f]{6}$/, '') === id);
  const found = byName.get(id) ?? byArn;
  if (found) return found;
  throw notFound('secret.');
}

function newVersion({ SecretString, SecretBinary, ClientRequestToken }: SecretValue & { ClientRequestToken?: string }) {
  if ((SecretString === undefined) === (SecretBinary === undefined)) {
    throw new ServiceError(
      'InvalidRequestException',
      'You must provide either SecretString or SecretBinary, and not both.',
    );
  }
  return { VersionId: ClientRequestToken ?? randomUUID(), CreatedDate: new Date(), SecretString, SecretBinary };
}

function notFound(what: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', `Secrets Manager can't find the specified ${what}`);
}

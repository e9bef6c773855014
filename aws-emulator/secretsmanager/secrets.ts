import { randomBytes, randomUUID } from 'node:crypto';
import { ServiceError } from '../protocol/error';

/** A secret's value, as the SDK calls its parts: one of the two is there. */
interface SecretValue {
  SecretString?: string;
  SecretBinary?: Uint8Array;
  /** Becomes the version's id. */
  ClientRequestToken?: string;
}

interface SecretVersion {
  id: string;
  created: Date;
  value: SecretValue;
}

/** A secret with its current version and the one before, oldest first. */
export interface Secret {
  name: string;
  arn: string;
  versions: SecretVersion[];
}

/** The secrets of one account, in memory only. */
export class Secrets {
  readonly #secrets = new Map<string, Secret>();
  readonly #arnPrefix: string;

  constructor({ region = 'us-east-1', accountId = '000000000000' }: { region?: string; accountId?: string }) {
    this.#arnPrefix = `arn:aws:secretsmanager:${region}:${accountId}:secret:`;
  }

  /** @throws ServiceError `ResourceExistsException` */
  create(name: string): Secret {
    if (this.#secrets.has(name)) {
      throw new ServiceError(
        'ResourceExistsException',
        `The operation failed because the secret ${name} already exists.`,
      );
    }
    // AWS ends an ARN in six random characters of its own.
    const secret: Secret = { name, arn: `${this.#arnPrefix}${name}-${randomBytes(3).toString('hex')}`, versions: [] };
    this.#secrets.set(name, secret);
    return secret;
  }

  /**
   * @param id name, ARN, or ARN without the random characters at its end
   * @throws ServiceError `ResourceNotFoundException`
   */
  find(id: string): Secret {
    const found =
      this.#secrets.get(id) ??
      [...this.#secrets.values()].find(({ arn }) => arn === id || arn.replace(/-[0-9a-f]{6}$/, '') === id);
    if (found) return found;
    throw new ServiceError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  }
}

/** @throws ServiceError `InvalidRequestException` unless there is exactly one value */
export function newVersion(value: SecretValue): SecretVersion {
  if ((value.SecretString === undefined) === (value.SecretBinary === undefined)) {
    throw new ServiceError(
      'InvalidRequestException',
      'You must provide either SecretString or SecretBinary, and not both.',
    );
  }
  return { id: value.ClientRequestToken ?? randomUUID(), created: new Date(), value };
}

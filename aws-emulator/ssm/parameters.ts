import type { ParameterType } from '@aws-sdk/client-ssm';
import { ServiceError } from '../protocol/error';

interface ParameterVersion {
  type: ParameterType;
  value: string;
  modified: Date;
  /** As given to PutParameter: `text` or `aws:ec2:image`. */
  dataType: string;
}

/** The parameters of one account by their names, each with all its versions, in memory only. */
export class Parameters {
  private readonly versions = new Map<string, ParameterVersion[]>();
  private readonly arnPrefix: string;

  constructor({ region = 'us-east-1', accountId = '000000000000' }: { region?: string; accountId?: string }) {
    this.arnPrefix = `arn:aws:ssm:${region}:${accountId}:parameter`;
  }

  arnOf(name: string): string {
    return `${this.arnPrefix}${name.startsWith('/') ? '' : '/'}${name}`;
  }

  /** Oldest first; empty when there is no such parameter. */
  versionsOf(name: string): readonly ParameterVersion[] {
    return this.versions.get(name) ?? [];
  }

  add(name: string, version: ParameterVersion): void {
    this.versions.set(name, [...this.versionsOf(name), version]);
  }

  /**
   * @param id name or ARN, with `:3` at its end for a version
   * @throws ServiceError `ParameterNotFound` or `ParameterVersionNotFound`
   */
  find(id: string): { name: string; number: number; version: ParameterVersion } {
    const [, path = id, asked] = /^(.+):([0-9]+)$/.exec(id) ?? [];
    const name = [...this.versions.keys()].find((one) => one === path || this.arnOf(one) === path);
    if (name === undefined) throw new ServiceError('ParameterNotFound', `Parameter ${id} not found.`);
    const number = asked === undefined ? this.versionsOf(name).length : Number(asked);
    const version = this.versionsOf(name)[number - 1];
    if (version) return { name, number, version };
    throw new ServiceError('ParameterVersionNotFound', `Systems Manager could not find version ${number} of ${name}.`);
  }
}

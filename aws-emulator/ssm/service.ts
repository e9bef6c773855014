import { createHash } from 'node:crypto';
import * as sdk from '@aws-sdk/client-ssm';
import { awsJson } from '../protocol/aws-json';
import { ServiceError } from '../protocol/error';
import type { Handlers } from '../protocol/operation';
import { SdkService } from '../protocol/service';
import { Parameters } from './parameters';

/** Parameter Store of Systems Manager, on parameters in memory. */
export class SsmService extends SdkService<typeof sdk, Parameters> {
  constructor(where: { region?: string; accountId?: string } = {}) {
    const protocol = awsJson(sdk, { version: '1.1', target: 'AmazonSSM' });
    super({ name: 'ssm', protocol, handlers: HANDLERS, context: new Parameters(where) });
  }
}

/** SSM's limit on a standard parameter. */
const LONGEST_VALUE = 4096;

/** The operations that this Parameter Store answers. A SecureString is shown only when decryption is asked for. */
const HANDLERS: Handlers<typeof sdk, Parameters> = {
  PutParameter({ Name, Value, Type, Overwrite, DataType = 'text' }, parameters) {
    checkName(Name);
    if (Buffer.byteLength(Value) > LONGEST_VALUE) {
      throw invalid(`Standard tier parameters support a maximum parameter value of ${LONGEST_VALUE} characters.`);
    }
    const before = parameters.versionsOf(Name);
    if (before.length > 0 && !Overwrite) {
      throw new ServiceError(
        'ParameterAlreadyExists',
        'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
      );
    }
    const type = Type ?? before.at(-1)?.type;
    if (!type) throw invalid('A parameter type is required when you create a parameter.');
    parameters.add(Name, { type, value: Value, modified: new Date(), dataType: DataType });
    return { Version: before.length + 1, Tier: 'Standard' };
  },

  /** Only by whole names. */
  DescribeParameters({ ParameterFilters: [filter, ...others] = [] }, parameters) {
    const { Key, Option = 'Equals', Values: names = [] } = filter ?? {};
    if (Key !== 'Name' || Option !== 'Equals' || others.length > 0)
      throw invalid('Only a filter Name Equals is known.');
    const found = names.flatMap((name) => {
      const versions = parameters.versionsOf(name);
      const { type, modified, dataType } = versions.at(-1) ?? {};
      return type
        ? [{ Name: name, Type: type, LastModifiedDate: modified, DataType: dataType, Version: versions.length }]
        : [];
    });
    return { Parameters: found };
  },

  GetParameter({ Name: id, WithDecryption }, parameters) {
    const { name, number, version } = parameters.find(id);
    const { type, value, modified, dataType } = version;
    return {
      Parameter: {
        Name: name,
        Type: type,
        Value: type === 'SecureString' && !WithDecryption ? seal(value) : value,
        Version: number,
        LastModifiedDate: modified,
        ARN: parameters.arnOf(name),
        DataType: dataType,
      },
    };
  },
};

function checkName(name: string): void {
  const isFullyQualified = name.startsWith('/') || !name.includes('/');
  if (/^[A-Za-z0-9_./-]{1,1011}$/.test(name) && isFullyQualified) return;
  throw invalid('Parameter name must be a fully qualified name.');
}

function invalid(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}

/** In place of ciphertext: not the value, and the same at every reading. */
function seal(value: string): string {
  return `sealed:${createHash('sha256').update(value).digest('base64')}`;
}

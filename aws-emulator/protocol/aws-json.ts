import { RequestRefused } from '../http/refused';
import { readJson, writeJson } from './json';
import { errorTraits, findOperation, type Sdk } from './operation';
import { send } from './send';
import { COMMON_CODES, type Protocol, type RefusalCodes } from './types';

export const JSON_CODES: RefusalCodes = {
  ...COMMON_CODES,
  mismatch: [403, 'InvalidSignatureException'],
  skewed: [403, 'InvalidSignatureException'],
  expired: [403, 'RequestExpired'],
  'unsigned-header': [403, 'InvalidSignatureException'],
  'unknown-operation': [400, 'UnknownOperationException'],
  'missing-parameter': [400, 'ValidationException'],
  internal: [500, 'InternalFailure'],
};

export interface AwsJsonOptions {
  version: '1.0' | '1.1';
  /** What stands before the operation in `X-Amz-Target`: `AmazonSQS`. */
  target: string;
  /** Errors carry the code that they had in the Query protocol too, in a header. */
  queryCompatible?: boolean;
  /** Where the service's codes differ. */
  refusalCodes?: Partial<RefusalCodes>;
}

/** AWS JSON 1.0 and 1.1: `X-Amz-Target: TARGET.Operation`, JSON in and out. */
export function awsJson(sdk: Sdk, { version, target, queryCompatible, refusalCodes }: AwsJsonOptions): Protocol {
  const headers = { 'content-type': `application/x-amz-json-${version}` };
  return {
    refusalCodes: { ...JSON_CODES, ...refusalCodes },

    find({ req }) {
      const [prefix, name = ''] = String(req.headers['x-amz-target']).split('.', 2);
      const operation = prefix === target ? findOperation(sdk, name) : undefined;
      if (!operation)
        throw new RequestRefused('unknown-operation', `The action ${name} is not valid for this endpoint.`);
      return operation;
    },

    read: (operation, { body }) => readJson(operation.input, body.toString()),

    async write(operation, output, { res }) {
      send(res, 200, headers, writeJson(operation.output, output));
    },

    writeError({ code, message, status }, res) {
      const { namespace, httpError = 400, awsQueryError } = errorTraits(sdk, code);
      if (queryCompatible) res.setHeader('x-amzn-query-error', `${awsQueryError?.[0] ?? code};Sender`);
      const body = JSON.stringify({ __type: namespace ? `${namespace}#${code}` : code, message });
      send(res, status ?? httpError, headers, body);
    },
  };
}

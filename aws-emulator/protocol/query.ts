import { RequestRefused } from '../http/refused';
import type { ServiceRequest } from '../http/types';
import { errorTraits, findOperation, type Sdk } from './operation';
import { type QueryDialect, readParameters } from './query-parameters';
import { membersOf, structure } from './schema';
import { send } from './send';
import { COMMON_CODES, type Protocol, type RefusalCodes } from './types';
import { writeTexts, writeXml } from './xml';

/** Source: EC2 API Reference, "Error codes for the Amazon EC2 API". */
const EC2_CODES: RefusalCodes = {
  ...COMMON_CODES,
  unsigned: [403, 'AccessDenied'],
  'unknown-key': [401, 'AuthFailure'],
  mismatch: [401, 'AuthFailure'],
  'unsigned-header': [401, 'AuthFailure'],
};

const BOOLEAN = 2;
const STRING = 0;
const headers = { 'content-type': 'text/xml;charset=UTF-8' };

/** The Query protocol of SNS and others: a form in, `<ActionResponse><ActionResult>` out. */
export function awsQuery(sdk: Sdk, namespace: string): Protocol {
  return {
    ...reading(sdk, 'aws'),
    refusalCodes: { ...COMMON_CODES, 'unknown-key': [403, 'InvalidClientTokenId'] },

    async write({ name, output }, value, { res, requestId }) {
      const metadata = structure('ResponseMetadata', { RequestId: STRING });
      const root = structure(`${name}Response`, { [`${name}Result`]: output, ResponseMetadata: metadata });
      const given = output.isStructSchema() ? value : undefined;
      const answer = { [`${name}Result`]: given, ResponseMetadata: { RequestId: requestId } };
      send(res, 200, headers, writeXml(root, answer, namespace));
    },

    writeError({ code, message, status }, res, requestId) {
      const { httpError = 400, awsQueryError = [code, httpError] } = errorTraits(sdk, code);
      const error = { Type: 'Sender', Code: awsQueryError[0], Message: message };
      const answer = writeTexts('ErrorResponse', { Error: error, RequestId: requestId });
      send(res, status ?? awsQueryError[1], headers, answer);
    },
  };
}

/** EC2's own dialect of it: no `Result`, the request id first, errors in a list of one. */
export function ec2Query(sdk: Sdk, namespace: string): Protocol {
  return {
    ...reading(sdk, 'ec2'),
    refusalCodes: EC2_CODES,

    async write({ name, output }, value, { res, requestId }) {
      // Actions without an output of their own (CreateTags) answer <return>true</return>.
      const members = output.isStructSchema() ? membersOf(output) : { return: BOOLEAN };
      const root = structure(`${name}Response`, { requestId: STRING, ...members });
      send(res, 200, headers, writeXml(root, { requestId, return: true, ...value }, namespace));
    },

    writeError({ code, message, status = 400 }, res, requestId) {
      const Errors = { Error: { Code: code, Message: message } };
      send(res, status, headers, writeTexts('Response', { Errors, RequestID: requestId }));
    },
  };
}

function reading(sdk: Sdk, dialect: QueryDialect): Pick<Protocol, 'find' | 'read'> {
  return {
    find(request) {
      const action = parametersOf(request).get('Action');
      if (!action) throw new RequestRefused('missing-parameter', 'The request must contain the parameter Action');
      const operation = findOperation(sdk, action);
      if (operation) return operation;
      throw new RequestRefused('unknown-operation', `The action ${action} is not valid for this web service.`);
    },
    async read({ input }, request) {
      return input.isStructSchema() ? readParameters(input, parametersOf(request), dialect) : {};
    },
  };
}

function parametersOf({ body, query }: ServiceRequest): URLSearchParams {
  return new URLSearchParams([...new URLSearchParams(body.toString()), ...query]);
}

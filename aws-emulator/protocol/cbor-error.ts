import { cbor } from '@smithy/core/cbor';
import { JSON_CODES } from './aws-json';
import { send } from './send';
import type { ErrorWriter } from './types';

/** Errors of Smithy's RPC v2 CBOR, which newer clients of CloudWatch and others speak. */
export const CBOR_ERRORS: ErrorWriter = {
  refusalCodes: JSON_CODES,
  writeError({ code, message, status = 400 }, res) {
    const headers = { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' };
    send(res, status, headers, cbor.serialize({ __type: code, message }));
  },
};

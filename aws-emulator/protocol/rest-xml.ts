import type { Sdk, Shape } from './operation';
import { type RestDocuments, rest } from './rest';
import { send } from './send';
import { COMMON_CODES, type Protocol, type RefusalCodes } from './types';
import { readXml, writeTexts, writeXml } from './xml';

/** Source: S3 API Reference, "Error responses". */
export const S3_CODES: RefusalCodes = {
  ...COMMON_CODES,
  unsigned: [403, 'AccessDenied'],
  malformed: [400, 'AuthorizationHeaderMalformed'],
  'unknown-key': [403, 'InvalidAccessKeyId'],
  skewed: [403, 'RequestTimeTooSkewed'],
  expired: [403, 'AccessDenied'],
  'unsigned-header': [403, 'AccessDenied'],
  'too-large': [400, 'EntityTooLarge'],
  'unknown-operation': [501, 'NotImplemented'],
  'unreadable-body': [400, 'MalformedXML'],
  'missing-parameter': [400, 'MalformedXML'],
  'unsupported-member': [501, 'NotImplemented'],
};

/**
 * S3's restXml.
 *
 * @param readBody a request's document, verified; bodies that are streams are left to the handlers
 */
export function restXml(sdk: Sdk, namespace: string, readBody: RestDocuments['readBody']): Protocol {
  const contentType = 'application/xml';
  return {
    ...rest(sdk, {
      contentType,
      readBody,
      read: (schema, text) => readXml(schema, text) as Shape,
      write: (schema, value) => unwrapped(writeXml(schema, value, namespace)),
    }),
    refusalCodes: S3_CODES,
    writeError: writeS3Error,
  };
}

/** GetBucketLocation: the text of its only member is that of the document, which is called alike. */
function unwrapped(document: string): string {
  return document.replace(/<(\w+)([^>]*)><\1>([^<]*)<\/\1><\/\1>$/, '<$1$2>$3</$1>');
}

/** The error document, which has no namespace. */
export const writeS3Error: Protocol['writeError'] = (
  { code, message, status = 400, extra, headers },
  res,
  requestId,
) => {
  const resource = res.req.url?.replace(/\?.*$/s, '');
  const ids = { Resource: resource, RequestId: requestId, HostId: requestId };
  const error = writeTexts('Error', { Code: code, Message: message, ...extra, ...ids });
  send(res, status, { 'content-type': 'application/xml', ...headers }, error);
};

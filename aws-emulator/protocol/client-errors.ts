import type { IncomingMessage } from 'node:http';
import { awsJson } from './aws-json';
import { CBOR_ERRORS } from './cbor-error';
import { awsQuery, ec2Query } from './query';
import { restJson } from './rest-json';
import { S3_CODES, writeS3Error } from './rest-xml';
import type { ErrorWriter } from './types';

/** For requests of no known service too: S3's objects are what is fetched with plain HTTP. */
const S3_ERRORS: ErrorWriter = { refusalCodes: S3_CODES, writeError: writeS3Error };
const XML_ERRORS = awsQuery({}, '');
const EC2_ERRORS = ec2Query({}, '');
const REST_JSON_ERRORS = restJson({});
const AWS_JSON_ERRORS = { '1.0': awsJsonErrors('1.0'), '1.1': awsJsonErrors('1.1') };
/** The services with restXml, by their names in credential scopes, that share S3's form of errors or have an own one. */
const LIKE_S3 = ['', 's3', 's3express', 's3-outposts', 's3-object-lambda'];
const REST_XML = ['cloudfront', 'route53'];

/**
 * Errors in the protocol that a request is written in, for services that are not there: so a client shows the sentence
 * instead of a parser's error.
 *
 * @param service of the credential scope; '' for a request without a signature
 */
export function clientErrors({ headers, url = '' }: IncomingMessage, service: string): ErrorWriter {
  const type = headers['content-type'] ?? '';
  if (headers['smithy-protocol'] === 'rpc-v2-cbor') return CBOR_ERRORS;
  if (headers['x-amz-target'] !== undefined) return AWS_JSON_ERRORS[type.endsWith('1.0') ? '1.0' : '1.1'];
  if (isQuery(type, url)) return service === 'ec2' ? EC2_ERRORS : XML_ERRORS;
  if (LIKE_S3.includes(service)) return S3_ERRORS;
  return REST_XML.includes(service) ? XML_ERRORS : REST_JSON_ERRORS;
}

/** A form, or a URL with an action. */
function isQuery(contentType: string, url: string): boolean {
  return contentType.startsWith('application/x-www-form-urlencoded') || /[?&]Action=/.test(url);
}

function awsJsonErrors(version: '1.0' | '1.1'): ErrorWriter {
  return awsJson({}, { version, target: '' });
}

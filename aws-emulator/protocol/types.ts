import type { ServerResponse } from 'node:http';
import type { RefusalReason } from '../http/refused';
import type { ServiceRequest } from '../http/types';
import type { ServiceError } from './error';
import type { Operation, Shape } from './operation';

/** The HTTP status and the error code that a protocol has for a refusal. */
export type StatusAndCode = readonly [status: number, code: string];
export type RefusalCodes = Readonly<Record<RefusalReason, StatusAndCode>>;

/** How the operations of a service are put into HTTP. */
export interface Protocol {
  refusalCodes: RefusalCodes;
  /**
   * The operation that a request asks for, implemented or not.
   *
   * @throws RequestRefused `unknown-operation`; ServiceError for a method that no operation has
   */
  find(request: ServiceRequest): Operation;
  /** The operation's input; a member with a streaming body is left to the handler. */
  read(operation: Operation, request: ServiceRequest): Promise<Shape>;
  /** Answers with the operation's output. */
  write(operation: Operation, output: Shape, request: ServiceRequest): Promise<void>;
  writeError(error: ServiceError, res: ServerResponse, requestId: string): void;
}

/** One emulated service behind the common endpoint. */
export interface Service {
  /** The service's name in SigV4 credential scopes: `s3`, `sqs`, `ec2`, ... */
  name: string;
  /** Puts errors into words and form; absent: AWS JSON. */
  protocol?: Protocol;
  /**
   * Answers the request completely.
   *
   * @throws ServiceError and RequestRefused, for the endpoint to answer
   */
  handle(request: ServiceRequest): Promise<void>;
}

/** Common to all protocols. Sources: S3 "Error responses", EC2 "Error codes", SQS and SNS "Common errors". */
export const COMMON_CODES: RefusalCodes = {
  unsigned: [403, 'MissingAuthenticationToken'],
  malformed: [400, 'IncompleteSignature'],
  'unknown-key': [403, 'UnrecognizedClientException'],
  mismatch: [403, 'SignatureDoesNotMatch'],
  skewed: [400, 'RequestExpired'],
  expired: [400, 'RequestExpired'],
  'unsigned-header': [403, 'SignatureDoesNotMatch'],
  'missing-payload-hash': [400, 'InvalidRequest'],
  'too-large': [413, 'RequestEntityTooLarge'],
  'unknown-service': [501, 'NotImplemented'],
  'unknown-operation': [400, 'InvalidAction'],
  'unreadable-body': [400, 'SerializationException'],
  'missing-parameter': [400, 'MissingParameter'],
  'unsupported-member': [400, 'UnsupportedOperation'],
  internal: [500, 'InternalError'],
};

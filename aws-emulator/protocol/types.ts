import type { IncomingMessage, ServerResponse } from 'node:http';
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

/** What is left of a protocol where a request reaches no operation. */
export type ErrorWriter = Pick<Protocol, 'refusalCodes' | 'writeError'>;

/** A protocol, or which one a request is written in. */
export type ProtocolChoice = Protocol | ((req: IncomingMessage) => Protocol);

/** The protocol of one request. */
export function protocolFor(choice: ProtocolChoice, req: IncomingMessage): Protocol {
  return typeof choice === 'function' ? choice(req) : choice;
}

/** One emulated service behind the common endpoint. */
export interface Service {
  /** The service's name in SigV4 credential scopes: `s3`, `sqs`, `ec2`, ... */
  name: string;
  /** Puts errors into words and form; absent: AWS JSON. */
  protocol?: ProtocolChoice;
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
  'old-signature': [400, 'InvalidRequest'],
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

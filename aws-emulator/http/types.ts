import type { IncomingMessage, ServerResponse } from 'node:http';

/** Who signed a request, and for which service and Region (the SigV4 credential scope). */
export interface Caller {
  readonly accessKeyId: string;
  /** Present for temporary credentials only. */
  readonly sessionToken?: string;
  readonly region: string;
  readonly service: string;
}

/** What a verified signature leaves behind for bodies that carry one signature per chunk (S3 `aws-chunked`). */
export interface Signing {
  /** The key derived from the secret for this date, Region and service. */
  readonly key: Buffer;
  /** `20261124T101500Z`, as signed. */
  readonly timestamp: string;
  /** `20261124/eu-west-1/s3/aws4_request`. */
  readonly scope: string;
  /** The request's own signature, hexadecimal: the seed of the chain of chunk signatures. */
  readonly signature: string;
}

/** One request whose signature has been verified. The body has not been read from the service's point of view. */
export interface ServiceRequest {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** The request target with its dot segments resolved; S3, whose keys may hold any characters, reads `req.url`. */
  readonly url: URL;
  readonly caller: Caller;
  readonly signing?: Signing;
}

/** One stand-in for an AWS service behind the common endpoint. */
export interface Service {
  /** The service's name in SigV4 credential scopes: `s3`, `sqs`, `ec2`, ... */
  readonly name: string;
  /** Answers the request completely, errors included, in the service's own protocol. */
  handle(request: ServiceRequest): Promise<void>;
}

/** The access keys the endpoint knows. */
export interface KeyStore {
  /** The secret access key, or undefined for an unknown key. Temporary credentials need their own session token. */
  secretFor(accessKeyId: string, sessionToken?: string): string | undefined;
}

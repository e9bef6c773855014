import type { IncomingMessage, ServerResponse } from 'node:http';

/** What a verified signature leaves behind for bodies that carry one signature per chunk (S3 `aws-chunked`). */
export interface Signing {
  /** Hexadecimal HMAC of a text by the key for this date, Region and service. */
  sign(text: string): Promise<string>;
  /** `20261124T101500Z`, as signed. */
  timestamp: string;
  /** `20261124/eu-west-1/s3/aws4_request`. */
  scope: string;
  /** The request's own signature, hexadecimal: the seed of the chain of chunk signatures. */
  signature: string;
}

/** One request whose signature has been verified. */
export interface ServiceRequest {
  /** S3's bodies are streams, to be read from here; of the others nothing is left. */
  req: IncomingMessage;
  res: ServerResponse;
  /** As it was sent, percent-encoded, without the query. */
  path: string;
  query: ReadonlyMap<string, string>;
  /** By lower-case name, with what a presigned URL carries in their place. */
  headers: Readonly<Record<string, string | undefined>>;
  /** The whole body; empty for S3. */
  body: Buffer;
  /** Stands in every answer. */
  requestId: string;
  /** Whose signature it carries. */
  accessKeyId: string;
  /** Who that is, where the endpoint's keys tell. */
  caller?: string;
  signing: Signing;
}

/** The access keys the endpoint knows. */
export interface KeyStore {
  /** The secret access key, or undefined for an unknown key. Temporary credentials need their own session token. */
  secretFor(accessKeyId: string, sessionToken?: string): string | undefined;
  /** The name of whom a key belongs to: for whoever watches the calls. */
  callerOf?(accessKeyId: string): string;
}

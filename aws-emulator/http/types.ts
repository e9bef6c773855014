import type { IncomingMessage, ServerResponse } from 'node:http';

/** What a verified signature leaves behind for bodies that carry one signature per chunk (S3 `aws-chunked`). */
export interface Signing {
  /** Hexadecimal HMAC of a text by the key for this date, Region and service. */
  sign(text: string): Promise<string>;
  /** `20261124T101500Z`, as signed. */
  readonly timestamp: string;
  /** `20261124/eu-west-1/s3/aws4_request`. */
  readonly scope: string;
  /** The request's own signature, hexadecimal: the seed of the chain of chunk signatures. */
  readonly signature: string;
}

/** One request whose signature has been verified. */
export interface ServiceRequest {
  /** S3's bodies are streams, to be read from here; of the others nothing is left. */
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** As it was sent, percent-encoded, without the query. */
  readonly path: string;
  readonly query: ReadonlyMap<string, string>;
  /** By lower-case name, with what a presigned URL carries in their place. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The whole body; empty for S3. */
  readonly body: Buffer;
  /** Stands in every answer. */
  readonly requestId: string;
  /** Whose signature it carries. */
  readonly accessKeyId: string;
  readonly signing: Signing;
}

/** The access keys the endpoint knows. */
export interface KeyStore {
  /** The secret access key, or undefined for an unknown key. Temporary credentials need their own session token. */
  secretFor(accessKeyId: string, sessionToken?: string): string | undefined;
}

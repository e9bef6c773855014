import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { drain, readBody, replay } from './body';
import { refuse } from './refusal';
import { SignatureRefused } from './refused';
import { readSignature, type Unverified, verifySignature } from './sigv4';
import type { KeyStore, Service, ServiceRequest } from './types';

/** Longer than any request body of the services other than S3 (an SQS batch: 1 MiB). */
const LONGEST_SIGNED_BODY = 4 * 1024 * 1024;
/** Clients keep idle connections for reuse; closing first would make their next request fail. */
const KEEP_ALIVE_MS = 65_000;

export interface EndpointOptions {
  readonly services: readonly Service[];
  readonly keys: KeyStore;
  /** 0 or absent: any free port. */
  readonly port?: number;
  /** Its clock, in milliseconds since 1970; that of this machine when absent. */
  readonly now?: () => number;
  /** Told about errors that no service answered; they are defects. */
  readonly onDefect?: (error: unknown) => void;
}

export interface Endpoint {
  /** `http://127.0.0.1:PORT`, without a trailing slash: what AWS_ENDPOINT_URL takes. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts the one HTTP endpoint of the local machine, on loopback only.
 * A request goes to the service that its SigV4 credential scope names, after its signature was verified.
 */
export async function startEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const services = new Map(options.services.map((service) => [service.name, service]));
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS });
  const answer = (req: IncomingMessage, res: ServerResponse): void => {
    if (options.now) res.setHeader('date', new Date(options.now()).toUTCString());
    void handle(req, res, services, options).finally(() => settle(req, res));
  };
  server.on('request', answer);
  // Registered so that "100 Continue" is sent only once the signature has been found good.
  server.on('checkContinue', answer);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => close(server) };
}

async function handle(
  req: IncomingMessage,
  res: ServerResponse,
  services: ReadonlyMap<string, Service>,
  options: EndpointOptions,
): Promise<void> {
  let name: string | undefined;
  try {
    const unverified = readSignature(req);
    name = unverified.claim.service;
    const service = services.get(name);
    if (!service) {
      const known = [...services.keys()].join(', ');
      throw new SignatureRefused('unknown-service', `there is no ${name} on this machine, only ${known}`);
    }
    await service.handle(await admit(unverified, res, options));
  } catch (error) {
    if (!(error instanceof SignatureRefused) && !req.socket.destroyed) options.onDefect?.(error);
    if (res.headersSent || req.socket.destroyed) {
      res.destroy();
    } else if (error instanceof SignatureRefused) {
      refuse(res, name, error.reason, error.message);
    } else {
      refuse(res, name, 'internal', 'We encountered an internal error. Please try again.');
    }
  }
}

async function admit(
  unverified: Unverified,
  res: ServerResponse,
  { keys, now }: EndpointOptions,
): Promise<ServiceRequest> {
  const { req, claim, target } = unverified;
  const url = new URL('http://127.0.0.1');
  url.pathname = target.path;
  for (const [key, value] of target.query) url.searchParams.append(key, value);
  if (claim.service === 's3') {
    const admitted = verifySignature(unverified, keys, s3PayloadHash(unverified), now?.());
    sendContinue(req, res);
    return { req, res, url, ...admitted };
  }
  sendContinue(req, res);
  const body = await readBody(req, LONGEST_SIGNED_BODY);
  const admitted = verifySignature(unverified, keys, createHash('sha256').update(body).digest('hex'), now?.());
  return { req: replay(req, body), res, url, ...admitted };
}

/**
 * S3 signs the hash that the request states, so that the body can be streamed; the service compares it afterwards.
 * Source: S3 API Reference, "Authenticating Requests (AWS Signature Version 4)".
 */
function s3PayloadHash({ req, claim, target }: Unverified): string {
  const stated = req.headers['x-amz-content-sha256'];
  if (typeof stated === 'string') return stated;
  if (claim.presigned) return new Map(target.query).get('X-Amz-Content-Sha256') ?? 'UNSIGNED-PAYLOAD';
  throw new SignatureRefused('missing-payload-hash', 'Missing required header for this request: x-amz-content-sha256');
}

function sendContinue(req: IncomingMessage, res: ServerResponse): void {
  if (req.headers.expect?.toLowerCase() === '100-continue') res.writeContinue();
}

/** Keeps an unread body from being taken for the next request on the connection. */
function settle(req: IncomingMessage, res: ServerResponse): void {
  if (res.writableFinished) drain(req);
  else res.once('close', () => drain(req));
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { awsJson } from '../protocol/aws-json';
import { clientErrors } from '../protocol/client-errors';
import { ServiceError } from '../protocol/error';
import { type ErrorWriter, protocolFor, type Service } from '../protocol/types';
import { admit } from './admit';
import { drainRequest } from './body';
import { RequestRefused } from './refused';
import { readSignature } from './signature';
import type { KeyStore } from './types';

/** Clients keep idle connections for reuse; closing first would make their next request fail. */
const KEEP_ALIVE_MS = 65_000;

const AWS_JSON = awsJson({}, { version: '1.1', target: '' });

/** What one endpoint serves, to whom and where. */
export interface EndpointOptions {
  services: readonly Service[];
  /** The access keys whose signatures are accepted. */
  keys: KeyStore;
  /** 0 or absent: any free port. */
  port?: number;
  /** Its clock, in milliseconds since 1970; that of this machine when absent. */
  now?: () => number;
  /** Told about errors that no service answered; they are defects. */
  onDefect?: (error: unknown) => void;
}

/** A running endpoint. */
export interface Endpoint {
  /** `http://127.0.0.1:PORT`, without a trailing slash: what AWS_ENDPOINT_URL takes. */
  url: string;
  /** Ends all connections, those of requests under way too. Resolves when the port is free. */
  close(): Promise<void>;
}

/**
 * Starts the one HTTP endpoint of all services, on loopback only.
 * A request goes to the service that its SigV4 credential scope names, after its signature was verified.
 */
export async function startEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const services = new Map(options.services.map((service) => [service.name, service]));
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS });
  const answer = (req: IncomingMessage, res: ServerResponse): void => {
    if (options.now) res.setHeader('date', new Date(options.now()).toUTCString());
    void handle(req, res, services, options).finally(() => drainRequest(req, res));
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
  const requestId = randomUUID();
  for (const name of ['x-amz-request-id', 'x-amzn-requestid', 'x-amz-id-2']) res.setHeader(name, requestId);
  let protocol = clientErrors(req, '');
  try {
    const unverified = readSignature(req);
    const { service: name } = unverified.claim;
    const service = services.get(name);
    protocol = service ? protocolFor(service.protocol ?? AWS_JSON, req) : clientErrors(req, name);
    if (!service) {
      const known = [...services.keys()].join(', ');
      throw new RequestRefused('unknown-service', `there is no ${name} on this machine, only ${known}`);
    }
    await service.handle(await admit(unverified, res, requestId, options));
  } catch (error) {
    const expected = error instanceof ServiceError || error instanceof RequestRefused;
    if (!expected && !req.socket.destroyed) options.onDefect?.(error);
    if (res.headersSent || req.socket.destroyed) res.destroy();
    else protocol.writeError(asServiceError(error, protocol), res, requestId);
  }
}

function asServiceError(error: unknown, { refusalCodes }: ErrorWriter): ServiceError {
  if (error instanceof ServiceError) return error;
  const refused =
    error instanceof RequestRefused
      ? error
      : new RequestRefused('internal', 'We encountered an internal error. Please try again.');
  const [status, code] = refusalCodes[refused.reason];
  return new ServiceError(code, refused.message, status);
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

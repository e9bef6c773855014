import { request } from 'node:http';
import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import { type Endpoint, type EndpointOptions, startEndpoint } from '../../http/server';
import type { Protocol, Service } from '../../protocol/types';

export const KEY = { accessKeyId: 'AKIDLOCAL', secretAccessKey: 'secret/of+the=local' };
export const SESSION = { accessKeyId: 'ASIALOCAL', secretAccessKey: 'temporary', sessionToken: 'token+/==' };

/** A service that answers with what it was given. */
export function anEcho(name: string, protocol?: Protocol): Service {
  return {
    name,
    protocol,
    async handle({ req, res, accessKeyId, body }) {
      const answer: Echoed = { accessKeyId, url: req.url, method: req.method, body: body.toString() };
      res.end(JSON.stringify(answer));
    },
  };
}

export interface Echoed {
  accessKeyId: string;
  url: string | undefined;
  method: string | undefined;
  body: string;
}

/** An endpoint that knows KEY and SESSION. */
export function anEndpoint(services: readonly Service[], more: Partial<EndpointOptions> = {}): Promise<Endpoint> {
  return startEndpoint({
    services,
    keys: {
      secretFor(accessKeyId, sessionToken) {
        if (accessKeyId === KEY.accessKeyId && sessionToken === undefined) return KEY.secretAccessKey;
        const known = accessKeyId === SESSION.accessKeyId && sessionToken === SESSION.sessionToken;
        return known ? SESSION.secretAccessKey : undefined;
      },
    },
    ...more,
  });
}

/** Smithy's signer, which the AWS SDK for JavaScript uses. */
export function aSigner(service: string, credentials: typeof KEY = KEY): SignatureV4 {
  return new SignatureV4({
    service,
    region: 'eu-west-1',
    credentials,
    sha256: Sha256,
    uriEscapePath: service !== 's3',
  });
}

export interface Answer {
  status: number;
  body: string;
  headers: NodeJS.Dict<string | string[]>;
}

/** Sends a request exactly as given: the path is not normalised. */
export function send(
  url: string,
  {
    method = 'GET',
    path = '/',
    headers = {},
    body = '',
  }: { method?: string; path?: string; headers?: object; body?: string },
): Promise<Answer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const req = request({ hostname, port, method, path, headers: { ...headers }, agent: false }, (res) => {
      let text = '';
      res.on('data', (piece) => {
        text += piece;
      });
      res.on('end', () => resolve({ status: res.statusCode ?? 0, body: text, headers: res.headers }));
    });
    req.on('error', reject);
    req.end(body);
  });
}

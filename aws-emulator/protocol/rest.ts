import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { NormalizedSchema } from '@smithy/core/schema';
import type { ServiceRequest } from '../http/types';
import { ServiceError } from './error';
import type { Sdk, Shape } from './operation';
import { findRoute, labelsOf, type Route, routesOf } from './routes';
import { membersOf, parseText, structure } from './schema';
import { send } from './send';
import type { Protocol } from './types';

/** How the documents of a REST protocol are written. */
export interface RestDocuments {
  contentType: string;
  readBody(request: ServiceRequest): Promise<string>;
  read(schema: NormalizedSchema, text: string): Promise<Shape> | Shape;
  write(schema: NormalizedSchema, value: Shape): string;
}

/** What REST protocols have in common: the schemas' traits say which member is in the path, a header, the body. */
export function rest(sdk: Sdk, documents: RestDocuments): Pick<Protocol, 'find' | 'read' | 'write'> {
  const routes = routesOf(sdk);
  return {
    find(request) {
      const route = findRoute(routes, request);
      if (route) return route;
      throw new ServiceError('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405);
    },

    async read(route: Route, request) {
      const input = readBindings(route, request);
      const { payload, members } = bodyOf(route.input);
      if (members) {
        const text = await documents.readBody(request);
        return { ...(await documents.read(structure(route.name, members), text)), ...input };
      }
      if (!payload || payload[1].isStreaming()) return input;
      const text = await documents.readBody(request);
      return text === '' ? input : { ...input, [payload[0]]: await documents.read(payload[1], text) };
    },

    async write({ output, http }, value, { res }) {
      const status = res.statusCode === 200 && http ? http[2] : res.statusCode;
      const { payload, members } = bodyOf(output);
      const headers = { 'content-type': documents.contentType, ...headersOf(output, value) };
      const body = payload && value[payload[0]];
      if (body instanceof Readable) {
        res.writeHead(status, headers);
        await pipeline(body, res);
      } else if (payload && body) {
        send(res, status, headers, documents.write(payload[1], body as Shape));
      } else if (members) {
        const root = output.getMergedTraits().xmlName ?? output.getName() ?? '';
        send(res, status, headers, documents.write(structure(root, members), value));
      } else {
        send(res, status, headersOf(output, value));
      }
    },
  };
}

/** The member that is the whole body, or the members that share it. */
function bodyOf(schema: NormalizedSchema) {
  const all = Object.entries(membersOf(schema));
  const payload = all.find(([, member]) => member.getMergedTraits().httpPayload);
  const unbound = all.filter(([, member]) => {
    const { httpLabel, httpQuery, httpHeader, httpPrefixHeaders, httpPayload } = member.getMergedTraits();
    return !(httpLabel || httpQuery || httpHeader || httpPrefixHeaders || httpPayload);
  });
  return { payload, members: unbound.length > 0 && !payload ? Object.fromEntries(unbound) : undefined };
}

function readBindings(route: Route, request: ServiceRequest): Shape {
  const labels = labelsOf(route, request.path);
  const { headers, query } = request;
  const input: Shape = {};
  for (const [name, member] of route.input.structIterator()) {
    const { httpLabel, httpQuery, httpHeader, httpPrefixHeaders } = member.getMergedTraits();
    if (httpPrefixHeaders) input[name] = withPrefix(headers, httpPrefixHeaders);
    // An empty header says nothing.
    const header = httpHeader && (headers[httpHeader.toLowerCase()] || undefined);
    const text = httpLabel ? labels[name] : httpQuery ? query.get(httpQuery) : header;
    // What cannot be read counts as not given, as HTTP has it for dates.
    const value = text === undefined ? undefined : parseText(member, text);
    if (value !== undefined) input[name] = value;
  }
  return input;
}

function withPrefix(headers: ServiceRequest['headers'], prefix: string): Record<string, string> {
  const found = Object.entries(headers).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(found.map(([name, value = '']) => [name.slice(prefix.length), value]));
}

function headersOf(schema: NormalizedSchema, value: Shape): Record<string, string> {
  const headers = Object.entries(membersOf(schema)).flatMap(([name, member]) => {
    const { httpHeader, httpPrefixHeaders } = member.getMergedTraits();
    if (value[name] === undefined) return [];
    if (httpHeader) return [[httpHeader.toLowerCase(), headerText(value[name])]];
    const prefixed = Object.entries(httpPrefixHeaders ? (value[name] as Shape) : {});
    return prefixed.map(([key, one]) => [`${httpPrefixHeaders}${key}`, headerText(one)]);
  });
  return Object.fromEntries(headers);
}

function headerText(value: unknown): string {
  return value instanceof Date ? value.toUTCString() : String(value);
}

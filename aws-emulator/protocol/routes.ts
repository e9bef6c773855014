import type { NormalizedSchema } from '@smithy/core/schema';
import { percentDecode } from '../http/target';
import type { ServiceRequest } from '../http/types';
import { allOperations, type Operation, type Sdk } from './operation';
import { requiredMembers } from './schema';

type Condition = (request: ServiceRequest) => boolean;

/** An operation of a REST protocol and what a request must have to ask for it. */
export interface Route extends Operation {
  method: string;
  path: RegExp;
  conditions: readonly Condition[];
}

/** The routes of every operation that the SDK knows, implemented here or not: `GET ?acl` is not a GetObject. */
export function routesOf(sdk: Sdk): Route[] {
  return allOperations(sdk).flatMap((operation) => (operation.http ? routeOf(operation, operation.http) : []));
}

/** The route with the most conditions of those whose conditions a request meets; of equals the first by name. */
export function findRoute(routes: readonly Route[], request: ServiceRequest): Route | undefined {
  return routes
    .filter(({ method, path }) => method === request.req.method && path.test(request.path))
    .filter(({ conditions }) => conditions.every((holds) => holds(request)))
    .sort((a, b) => b.conditions.length - a.conditions.length || (a.name < b.name ? -1 : 1))[0];
}

/** The decoded labels of a path: the bucket, the key. */
export function labelsOf({ path: pattern }: Route, path: string): Record<string, string> {
  const labels = Object.entries(pattern.exec(path)?.groups ?? {});
  return Object.fromEntries(labels.map(([name, value]) => [name, percentDecode(value)]));
}

function routeOf(operation: Operation, [method, uri]: NonNullable<Operation['http']>): Route {
  const [path = '', query = ''] = uri.split('?');
  const fixed = [...new URLSearchParams(query)].filter(([name]) => name !== 'x-id');
  return {
    ...operation,
    method,
    path: patternOf(leadingLabels(operation.input, path) + path),
    conditions: [
      ...fixed.map(
        ([name, value]) =>
          ({ query }: ServiceRequest) =>
            query.has(name) && (value === '' || query.get(name) === value),
      ),
      ...requiredMembers(operation.input).flatMap(([, member]) => conditionOf(member)),
    ],
  };
}

/** Labels that the path leaves out: the SDK puts the bucket before it, or into the host name, by its endpoint rules. */
function leadingLabels(input: NormalizedSchema, path: string): string {
  return requiredMembers(input)
    .filter(([name, member]) => member.getMergedTraits().httpLabel && !new RegExp(`{${name}\\+?}`).test(path))
    .map(([name]) => `/{${name}}`)
    .join('');
}

function patternOf(path: string): RegExp {
  const labels = path
    .replace(/\/$/, '')
    .replace(/{(\w+)(\+?)}/g, (_, name, greedy) => `(?<${name}>${greedy ? '.+' : '[^/]+'})`);
  return new RegExp(`^${labels}/?$`);
}

function conditionOf(member: NormalizedSchema): Condition[] {
  const { httpQuery, httpHeader } = member.getMergedTraits();
  if (httpQuery) return [({ query }) => query.has(httpQuery)];
  return httpHeader ? [({ headers }) => headers[httpHeader.toLowerCase()] !== undefined] : [];
}

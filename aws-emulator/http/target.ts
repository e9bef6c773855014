import { RequestRefused } from './refused';

/** A request target as it was sent, before any library has normalised it. */
export interface Target {
  /** Still percent-encoded. */
  readonly path: string;
  /** Decoded, in the order sent; a parameter without `=` has the value ''. */
  readonly query: ReadonlyArray<readonly [name: string, value: string]>;
}

/**
 * Splits a request target. `URL` is of no use here: it resolves dot segments and re-encodes characters,
 * and a signature covers what was sent.
 *
 * @throws RequestRefused when a percent sign is not followed by valid UTF-8 in hexadecimal
 */
export function parseTarget(target: string): Target {
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const rawQuery = mark < 0 ? '' : target.slice(mark + 1);
  const query = rawQuery
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      const name = equals < 0 ? pair : pair.slice(0, equals);
      const value = equals < 0 ? '' : pair.slice(equals + 1);
      return [percentDecode(name.replaceAll('+', ' ')), percentDecode(value.replaceAll('+', ' '))] as const;
    });
  return { path, query };
}

/** Decodes percent-encoding; a plus sign stays one (in a path it is an ordinary character). */
export function percentDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new RequestRefused('malformed', 'the request target is not valid percent-encoded UTF-8');
  }
}

/**
 * SigV4's UriEncode: everything but the unreserved characters of RFC 3986.
 * Source: IAM User Guide, "Create a signed AWS API request", canonical request.
 */
export function uriEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

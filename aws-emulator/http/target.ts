import { RequestRefused } from './refused';

/** A request target as it was sent, before any library has normalised it. */
export interface Target {
  /** Still percent-encoded. */
  path: string;
  /** Decoded, in the order sent; a parameter without `=` has the value ''. */
  query: ReadonlyArray<readonly [name: string, value: string]>;
}

/**
 * Splits a request target. `URL` is of no use here: it resolves dot segments and re-encodes characters,
 * and a signature covers what was sent.
 *
 * @throws RequestRefused when a percent sign is not followed by valid UTF-8 in hexadecimal
 */
export function parseTarget(target: string): Target {
  const [path = '', query = ''] = target.split(/\?(.*)/s);
  const pairs = query.split('&').filter((pair) => pair !== '');
  return {
    path,
    query: pairs
      .map((pair) => pair.split(/=(.*)/s, 2))
      .map(([name, value = '']) => [formDecode(name), formDecode(value)]),
  };
}

function formDecode(text = ''): string {
  return percentDecode(text.replaceAll('+', ' '));
}

/** Decodes percent-encoding; a plus sign stays one (in a path it is an ordinary character). */
export function percentDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new RequestRefused('malformed', 'the request target is not valid percent-encoded UTF-8');
  }
}

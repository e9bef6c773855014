import { invalidParameterValue } from './errors';

/** The page sizes an action accepts; it gives the most when none is asked for. */
interface PageLimits {
  min: number;
  max: number;
}

export interface Page<T> {
  items: T[];
  NextToken?: string;
}

/**
 * One page of a list. The token holds the id of the last resource seen, not its position, so that what is created or
 * deleted between two pages makes no other resource appear twice or not at all.
 *
 * @param all in an order that stays the same between calls
 * @throws Ec2Error `InvalidParameterValue` for a page size out of range or a token that was never given out
 */
export function page<T>(
  all: T[],
  idOf: (item: T) => string,
  request: { MaxResults?: number; NextToken?: string },
  limits: PageLimits,
): Page<T> {
  const size = request.MaxResults ?? limits.max;
  if (size < limits.min || size > limits.max) {
    throw invalidParameterValue(
      `Value ( ${size} ) for parameter maxResults is invalid. Expecting a value between ${limits.min} and ${limits.max}.`,
    );
  }
  const start = request.NextToken ? after(all.map(idOf), request.NextToken) : 0;
  const items = all.slice(start, start + size);
  const last = items.at(-1);
  if (last === undefined || start + size >= all.length) return { items };
  return { items, NextToken: Buffer.from(JSON.stringify([idOf(last), start + size])).toString('base64url') };
}

function after(ids: string[], token: string): number {
  try {
    const [last, position] = JSON.parse(Buffer.from(token, 'base64url').toString()) as [string, number];
    const index = ids.indexOf(last);
    // The last one seen is gone: its successor is now where it was.
    return index >= 0 ? index + 1 : Math.max(0, position - 1);
  } catch {
    throw invalidParameterValue('Unable to parse pagination token');
  }
}

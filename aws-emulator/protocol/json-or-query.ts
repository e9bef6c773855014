import type { IncomingMessage } from 'node:http';
import type { Protocol } from './types';

/**
 * For a service that moved from the Query protocol to AWS JSON, and answers clients from before and after.
 * Source: Amazon SQS Developer Guide, "Making Query API requests using AWS JSON protocol".
 */
export function jsonOrQuery(json: Protocol, query: Protocol): (req: IncomingMessage) => Protocol {
  return ({ headers }) => (headers['x-amz-target'] === undefined ? query : json);
}

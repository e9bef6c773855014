import type { Call } from './call';
import { S3Error } from './errors';
import type { ObjectVersion } from './version';

type Headers = Call['headers'];

/**
 * Checks a write's conditions against the object that is there now.
 * Source: S3 User Guide, "Add preconditions to S3 operations with conditional requests".
 *
 * @throws S3Error PreconditionFailed; NoSuchKey for If-Match without an object; NotImplemented for other conditions
 */
export function checkWrite(headers: Headers, current: ObjectVersion | undefined): void {
  const noneMatch = headers['if-none-match'];
  const match = headers['if-match'];
  if (noneMatch !== undefined && noneMatch.trim() !== '*') {
    throw new S3Error('NotImplemented', 'A header you provided implies functionality that is not implemented', {
      Header: 'If-None-Match',
    });
  }
  if (noneMatch !== undefined && current) failed('If-None-Match');
  if (match === undefined) return;
  if (!current) throw new S3Error('NoSuchKey', 'The specified key does not exist.');
  if (!matches(match, current.etag)) failed('If-Match');
}

/** Whether a read's conditions say that the client's copy is still good. */
export type ReadVerdict = 'send' | 'not-modified';

/**
 * Checks a read's conditions. An entity tag outweighs a date (S3 API Reference, GetObject, "Request headers").
 *
 * @param prefix '' for reads, `x-amz-copy-source-` for the source of a copy
 * @throws S3Error PreconditionFailed
 */
export function checkRead(headers: Headers, version: ObjectVersion, prefix = ''): ReadVerdict {
  // HTTP dates have whole seconds.
  const modified = Math.floor(Date.parse(version.lastModified) / 1000) * 1000;
  const match = headers[`${prefix}if-match`];
  const noneMatch = headers[`${prefix}if-none-match`];
  const unmodifiedSince = Date.parse(headers[`${prefix}if-unmodified-since`] ?? '');
  const modifiedSince = Date.parse(headers[`${prefix}if-modified-since`] ?? '');
  if (match !== undefined) {
    if (!matches(match, version.etag)) failed('If-Match');
  } else if (modified > unmodifiedSince) {
    failed('If-Unmodified-Since');
  }
  if (noneMatch !== undefined) return matches(noneMatch, version.etag) ? 'not-modified' : 'send';
  return modified <= modifiedSince ? 'not-modified' : 'send';
}

/** Whether an entity tag, bare or quoted, is in a header's list. */
function matches(header: string, etag: string): boolean {
  return header
    .split(',')
    .map((one) => one.trim().replace(/^(?:W\/)?"(.*)"$/, '$1'))
    .some((one) => one === '*' || one === etag);
}

function failed(condition: string): never {
  throw new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
    Condition: condition,
  });
}

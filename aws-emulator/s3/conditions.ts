import { S3Error } from './errors';
import type { ObjectVersion } from './version';

/** The conditions of a request, by the names that the SDK's shapes have for them. */
export interface Conditions {
  IfMatch?: string;
  IfNoneMatch?: string;
  IfModifiedSince?: Date;
  IfUnmodifiedSince?: Date;
}

/**
 * Checks a write's conditions against the object that is there now.
 * Source: S3 User Guide, "Add preconditions to S3 operations with conditional requests".
 *
 * @throws S3Error PreconditionFailed; NoSuchKey for If-Match without an object; NotImplemented for other conditions
 */
export function checkWrite({ IfMatch, IfNoneMatch }: Conditions, current: ObjectVersion | undefined): void {
  if (IfNoneMatch !== undefined && IfNoneMatch.trim() !== '*') {
    throw new S3Error('NotImplemented', 'A header you provided implies functionality that is not implemented', {
      Header: 'If-None-Match',
    });
  }
  if (IfNoneMatch !== undefined && current) failed('If-None-Match');
  if (IfMatch === undefined) return;
  if (!current) throw new S3Error('NoSuchKey', 'The specified key does not exist.');
  if (!matches(IfMatch, current.etag)) failed('If-Match');
}

/** Whether a read's conditions say that the client's copy is still good. */
export type ReadVerdict = 'send' | 'not-modified';

/**
 * Checks a read's conditions. An entity tag outweighs a date (S3 API Reference, GetObject, "Request headers").
 *
 * @throws S3Error PreconditionFailed
 */
export function checkRead(conditions: Conditions, version: ObjectVersion): ReadVerdict {
  const { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince } = conditions;
  // HTTP dates have whole seconds.
  const modified = Math.floor(version.lastModified.getTime() / 1000) * 1000;
  if (IfMatch !== undefined) {
    if (!matches(IfMatch, version.etag)) failed('If-Match');
  } else if (IfUnmodifiedSince && modified > IfUnmodifiedSince.getTime()) {
    failed('If-Unmodified-Since');
  }
  if (IfNoneMatch !== undefined) return matches(IfNoneMatch, version.etag) ? 'not-modified' : 'send';
  return IfModifiedSince && modified <= IfModifiedSince.getTime() ? 'not-modified' : 'send';
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

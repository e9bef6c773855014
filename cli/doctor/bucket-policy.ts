interface Statement {
  Effect?: string;
  Principal?: string | Record<string, string | string[]>;
  Action?: string | string[];
  NotAction?: string | string[];
  Resource?: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

/**
 * Headers that some buckets demand of an upload and that an instance does not send: it relies on the bucket's own
 * defaults. To a policy they are not there, whatever the bucket's default encryption is
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html).
 */
const NOT_SENT = /^s3:(x-amz-server-side-encryption|x-amz-acl|x-amz-storage-class|object-lock-|x-amz-grant-)/i;
/** Operators that hold for a key that is not in the request. */
const HOLDS_WITHOUT = /^(StringNotEquals|StringNotLike|StringNotEqualsIgnoreCase|ArnNotEquals|ArnNotLike)$|IfExists$/;

/**
 * By which condition a bucket policy denies an upload of ours, or undefined when none does. Of conditions on anything
 * but the headers of an upload nothing can be said from here, so they count as not fulfilled, and neither
 * does a statement about certain principals.
 *
 * @param policy its JSON
 * @param object `bucket/key`
 */
export function deniedByPolicy(policy: string, object: string): string | undefined {
  const { Statement = [] } = JSON.parse(policy) as { Statement?: Statement | Statement[] };
  for (const statement of list(Statement)) {
    if (statement.Effect !== 'Deny' || !covers(statement, object)) continue;
    const conditions = Object.entries(statement.Condition ?? {}).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, values]) => ({ operator, key, values: list(values) })),
    );
    if (conditions.every(holds)) {
      return conditions.map(({ operator, key }) => `${operator} ${key}`).join(' and ') || 'a Deny without a condition';
    }
  }
  return undefined;
}

function holds({ operator, key, values }: { operator: string; key: string; values: string[] }): boolean {
  if (!NOT_SENT.test(key)) return false;
  return operator === 'Null' ? values.some((value) => String(value) === 'true') : HOLDS_WITHOUT.test(operator);
}

function covers({ Principal, Action, NotAction, Resource = '*' }: Statement, object: string): boolean {
  const isForAll = Principal === '*' || (typeof Principal === 'object' && list(Principal.AWS ?? []).includes('*'));
  const isPut = (pattern: string) => matches(pattern.toLowerCase(), 's3:putobject');
  const isDenied = Action === undefined ? !list(NotAction ?? []).some(isPut) : list(Action).some(isPut);
  return (
    isForAll && isDenied && list(Resource).some((pattern) => matches(pattern.replace(/^arn:[a-z-]+:s3:::/, ''), object))
  );
}

/** Whether a text fits a pattern of IAM: `*` for any characters, `?` for one. */
function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${source}$`, 's').test(text);
}

function list<T>(one: T | T[]): T[] {
  return Array.isArray(one) ? one : [one];
}

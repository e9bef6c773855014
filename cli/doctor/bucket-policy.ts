import { KEY_ARN } from '../../contract/bucket-demands';

interface Statement {
  Effect?: string;
  Principal?: string | Record<string, string | string[]>;
  Action?: string | string[];
  NotAction?: string | string[];
  Resource?: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

/**
 * Headers that some buckets demand of an upload. To a policy one that is not sent is not there, whatever the bucket's
 * default encryption is (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html).
 */
const OF_UPLOADS = /^s3:(x-amz-server-side-encryption|x-amz-acl|x-amz-storage-class|object-lock-|x-amz-grant-)/i;
/** IAM User Guide, "IAM JSON policy elements: Condition operators". */
const OPERATOR = /^(?:String|Arn)(Not)?(Equals|Like|EqualsIgnoreCase)(IfExists)?$/;

/**
 * By which condition a bucket policy denies an upload of ours, or undefined when none does. Of conditions on anything
 * but the headers of an upload nothing can be said from here, so they count as not fulfilled, and neither
 * does a statement about certain principals.
 *
 * @param policy its JSON
 * @param object `bucket/key`
 * @param headers of the upload, by their names in lower case
 */
export function deniedByPolicy(
  policy: string,
  object: string,
  headers: Readonly<Record<string, string>> = {},
): string | undefined {
  for (const statement of statementsOf(policy)) {
    if (statement.Effect !== 'Deny' || !covers(statement, object)) continue;
    const conditions = conditionsOf(statement);
    if (conditions.every((one) => holds(one, headers))) {
      return conditions.map(({ operator, key }) => `${operator} ${key}`).join(' and ') || 'a Deny without a condition';
    }
  }
  return undefined;
}

/** The KMS keys that the conditions of a policy name by their ARNs. */
export function keysNamed(policy: string): string[] {
  const values = statementsOf(policy)
    .flatMap(conditionsOf)
    .flatMap((condition) => condition.values.map(String));
  return [...new Set(values.filter((value) => KEY_ARN.test(value)))];
}

interface Condition {
  operator: string;
  key: string;
  values: string[];
}

const statementsOf = (policy: string) =>
  list((JSON.parse(policy) as { Statement?: Statement | Statement[] }).Statement ?? []);

const conditionsOf = ({ Condition = {} }: Statement): Condition[] =>
  Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => ({ operator, key, values: list(values) })),
  );

function holds({ operator, key, values }: Condition, headers: Readonly<Record<string, string>>): boolean {
  if (!OF_UPLOADS.test(key)) return false;
  const value = headers[key.toLowerCase().replace('s3:', '')];
  if (operator === 'Null') return values.map(String).includes(String(value === undefined));
  const [, not, kind, ifExists] = OPERATOR.exec(operator) ?? [];
  if (!kind) return false;
  if (value === undefined) return Boolean(not ?? ifExists);
  const isSame = (one: string) =>
    kind === 'EqualsIgnoreCase'
      ? one.toLowerCase() === value.toLowerCase()
      : kind === 'Like'
        ? matches(one, value)
        : one === value;
  return values.map(String).some(isSame) !== Boolean(not);
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

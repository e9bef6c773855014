interface Statement {
  Effect: string;
  Principal?: string | { AWS?: string | string[] };
  Action?: string | string[];
  Resource?: string | string[];
  Condition?: Record<string, Record<string, string | boolean | string[]>>;
}

/**
 * Whether a bucket policy denies an upload to everybody by the headers that it has or lacks. A condition on anything else
 * is not fulfilled. Source: IAM User Guide, "IAM JSON policy elements: Condition operators".
 *
 * @param object `bucket/key`
 */
export function deniesUpload(
  policy: string,
  object: string,
  headers: Readonly<Record<string, string | undefined>>,
): boolean {
  const { Statement } = JSON.parse(policy) as { Statement: Statement | Statement[] };
  return list(Statement).some(
    ({ Effect, Principal, Action, Resource, Condition = {} }) =>
      Effect === 'Deny' &&
      list(typeof Principal === 'object' ? (Principal.AWS ?? []) : (Principal ?? [])).includes('*') &&
      list(Action ?? []).some((pattern) => isLike('s3:PutObject', pattern)) &&
      list(Resource ?? []).some((pattern) => isLike(`arn:aws:s3:::${object}`, pattern)) &&
      Object.entries(Condition).every(([operator, keys]) =>
        Object.entries(keys).every(([key, wanted]) => isFulfilled(operator, key, list(wanted).map(String), headers)),
      ),
  );
}

function isFulfilled(
  operator: string,
  key: string,
  wanted: string[],
  headers: Readonly<Record<string, string | undefined>>,
): boolean {
  const name = /^s3:(x-amz-.+)$/i.exec(key)?.[1]?.toLowerCase();
  if (!name) return false;
  const value = headers[name];
  if (operator === 'Null') return wanted.includes(String(value === undefined));
  const [, not, kind, ifExists] = /^String(Not)?(Equals|Like)(IfExists)?$/.exec(operator) ?? [];
  if (!kind) return false;
  if (value === undefined) return Boolean(not ?? ifExists);
  const isOneOf = wanted.some((one) => (kind === 'Like' ? isLike(value, one) : value === one));
  return isOneOf !== Boolean(not);
}

/** Whether a text fits a pattern in which `*` stands for anything. */
function isLike(text: string, pattern: string): boolean {
  const source = pattern
    .split('*')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${source}$`, 's').test(text);
}

function list<T>(one: T | T[]): T[] {
  return Array.isArray(one) ? one : [one];
}

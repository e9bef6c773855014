import type { Filter } from '@aws-sdk/client-ec2';
import { Ec2Error, invalidParameterValue } from './errors';
import { isKnownFilter } from './known-filters';
import type { Tags } from './tags';

/** How to read a resource's values for one filter name. */
export type FilterFields<T> = Record<string, (resource: T) => string | undefined>;

/**
 * The resources that pass every filter. A filter passes when any of its values matches any of the resource's; `*` and
 * `?` are wildcards, `\` makes the next character plain, and case counts (EC2 user guide, "List and filter your
 * resources"). `tag:KEY` and `tag-key` work for everything that has tags.
 *
 * @throws Ec2Error `UnsupportedOperation` for a filter of EC2 that is not implemented here, `InvalidParameterValue` for
 * one that EC2 does not have
 */
export function applyFilters<T>(
  resources: T[],
  filters: Filter[] | undefined,
  fields: FilterFields<T>,
  tagsOf: (resource: T) => Tags,
): T[] {
  const tests = (filters ?? []).map((filter) => {
    const name = filter.Name ?? '';
    const values = valueReader(name, fields, tagsOf);
    const patterns = (filter.Values ?? []).map(pattern);
    return (resource: T) =>
      values(resource).some((value) => patterns.some((p) => value !== undefined && p.test(value)));
  });
  return resources.filter((resource) => tests.every((test) => test(resource)));
}

function valueReader<T>(name: string, fields: FilterFields<T>, tagsOf: (resource: T) => Tags) {
  if (name.startsWith('tag:')) return (resource: T) => [tagsOf(resource)[name.slice('tag:'.length)]];
  if (name === 'tag-key') return (resource: T) => Object.keys(tagsOf(resource));
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (!field) throw unusable(name, Object.keys(fields));
  return (resource: T) => [field(resource)];
}

function unusable(name: string, implemented: string[]): Ec2Error {
  if (!isKnownFilter(name)) return invalidParameterValue(`The filter '${name}' is invalid`);
  const those = ['tag:KEY', 'tag-key', ...implemented].join(', ');
  return new Ec2Error('UnsupportedOperation', `The filter '${name}' is not implemented here; these are: ${those}`);
}

function pattern(value: string): RegExp {
  const source = value.replace(/\\(.)|([*?])|[.+^${}()|[\]\\/-]/gs, (found, plain?: string, wildcard?: string) => {
    if (wildcard) return wildcard === '*' ? '.*' : '.';
    return `\\${plain ?? found}`.replace(/^\\([A-Za-z0-9])$/, '$1');
  });
  return new RegExp(`^${source}$`, 's');
}

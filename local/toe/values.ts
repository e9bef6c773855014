import { REFERENCE } from '../../imagebuilder/references';

/** What `{{ }}` may name while a document is executed: by the name as it is written. */
export type Values = Map<string, string>;

/** A value with every reference in every string of it replaced, once: what comes in is not looked at again. */
export function interpolate<T>(value: T, values: Values): T {
  if (typeof value === 'string') {
    return value.replaceAll(REFERENCE, (_, name: string) => {
      const found = values.get(name);
      if (found === undefined) throw new Error(`{{ ${name} }} has no value`);
      return found;
    }) as T;
  }
  if (Array.isArray(value)) return value.map((item) => interpolate(item, values)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, interpolate(item, values)])) as T;
}

import { code } from './table';

/** What a JSON Schema of a field holds, as far as it is used here. */
export interface Field {
  type?: string | string[];
  enum?: string[];
  anyOf?: Field[];
  description?: string;
}

/** The type of a field, in words. */
export function typeOf({ type, enum: values, anyOf }: Field): string {
  if (anyOf) return anyOf.map(typeOf).join(' or ');
  if (values && values.length <= 4) return values.map(code).join(', ');
  return [type ?? 'any'].flat().join(' or ');
}

import { compareKeys } from './keys';

export interface PageRequest {
  prefix: string;
  delimiter?: string;
  /** Keys up to and including this one, and a common prefix equal to it, have been seen. */
  after?: string;
  /** Keys and common prefixes together. */
  most: number;
}

/** One line of a listing: a key, or the common prefix that stands for all keys that begin with it. */
export interface Entry {
  name: string;
  isPrefix: boolean;
}

export interface Page {
  entries: readonly Entry[];
  /** Where the next page goes on (`after`), if there is more. */
  next?: string;
}

/**
 * One page of a listing of keys.
 * Source: S3 User Guide, "Organizing objects using prefixes" (a common prefix counts once).
 *
 * @param keys in listing order
 */
export function pageOf(keys: readonly string[], { prefix, delimiter = '', after = '', most }: PageRequest): Page {
  const entries: Entry[] = [];
  if (most === 0) return { entries };
  let last: Entry | undefined;
  for (const key of keys) {
    if (!key.startsWith(prefix)) continue;
    const entry = entryFor(key, prefix, delimiter);
    const seen = entry.isPrefix && entry.name === after;
    if (seen || (after !== '' && compareKeys(key, after) <= 0)) continue;
    if (entry.isPrefix && last?.isPrefix && last.name === entry.name) continue;
    if (entries.length === most) return { entries, next: last?.name };
    entries.push(entry);
    last = entry;
  }
  return { entries };
}

function entryFor(key: string, prefix: string, delimiter: string): Entry {
  const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
  return end < 0 ? { name: key, isPrefix: false } : { name: key.slice(0, end + delimiter.length), isPrefix: true };
}

import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/** Writes a small JSON file that is either there in whole or not at all. */
export function writeJson(path: string, value: unknown): void {
  const draft = `${path}.new`;
  writeFileSync(draft, JSON.stringify(value, null, 1));
  renameSync(draft, path);
}

export function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8')) as T;
}

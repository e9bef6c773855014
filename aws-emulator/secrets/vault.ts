import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A secret's or a parameter's versions, oldest first. */
export interface Entry<V> {
  arn: string;
  versions: V[];
}

/**
 * Named entries in memory, mirrored in one file that only its owner can read (mode 600).
 *
 * The file is the machine's own secret store: whoever can read it is who started the machine.
 */
export class Vault<V> {
  readonly #entries: Map<string, Entry<V>>;

  constructor(private readonly file: string) {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    if (existsSync(file)) chmodSync(file, 0o600);
    const stored = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, Entry<V>>) : {};
    this.#entries = new Map(Object.entries(stored));
  }

  get(name: string): Entry<V> | undefined {
    return this.#entries.get(name);
  }

  /** The name and entry of an ARN. */
  byArn(arn: string): [string, Entry<V>] | undefined {
    return [...this.#entries].find(([, entry]) => entry.arn === arn);
  }

  set(name: string, entry: Entry<V>): void {
    this.#entries.set(name, entry);
    const text = JSON.stringify(Object.fromEntries(this.#entries), null, 2);
    writeFileSync(`${this.file}.new`, text, { mode: 0o600 });
    renameSync(`${this.file}.new`, this.file);
  }
}

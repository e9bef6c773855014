/** A secret's or a parameter's versions, oldest first. */
export interface Entry<V> {
  arn: string;
  versions: V[];
}

/** Named entries, in memory only. */
export class Vault<V> {
  readonly #entries = new Map<string, Entry<V>>();

  get(name: string): Entry<V> | undefined {
    return this.#entries.get(name);
  }

  /** The name and entry of an ARN. */
  byArn(arn: string): [string, Entry<V>] | undefined {
    return [...this.#entries].find(([, entry]) => entry.arn === arn);
  }

  set(name: string, entry: Entry<V>): void {
    this.#entries.set(name, entry);
  }
}

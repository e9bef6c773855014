import * as fs from 'node:fs';
import * as path from 'node:path';

/**
 * A folder of JSON files, one per record, mirrored in memory.
 *
 * Writing is synchronous on purpose: an action changes the state in one go, without another request seeing half of it,
 * and what was answered to a client has been written. A file is replaced by renaming, so a crash leaves the old or the
 * new record, never a torn one.
 */
export class Records<T> {
  readonly #dir: string;
  readonly #records = new Map<string, T>();

  /** @param dir is made when missing; what an earlier run left there is read */
  constructor(dir: string) {
    this.#dir = dir;
    fs.mkdirSync(dir, { recursive: true });
    for (const file of fs.readdirSync(dir).sort()) {
      if (!file.endsWith('.json')) continue;
      const { id, record } = JSON.parse(fs.readFileSync(path.join(dir, file), 'utf8')) as { id: string; record: T };
      this.#records.set(id, record);
    }
  }

  get(id: string): T | undefined {
    return this.#records.get(id);
  }

  /** In order of creation within one run, of file names after a restart. */
  all(): T[] {
    return [...this.#records.values()];
  }

  put(id: string, record: T): void {
    const file = this.#file(id);
    const next = `${file}.next`;
    fs.writeFileSync(next, `${JSON.stringify({ id, record }, null, 2)}\n`);
    fs.renameSync(next, file);
    this.#records.set(id, record);
  }

  delete(id: string): void {
    fs.rmSync(this.#file(id), { force: true });
    this.#records.delete(id);
  }

  /** Ids may hold anything (a client token does); `encodeURIComponent` leaves nothing that leads out of the folder. */
  #file(id: string): string {
    return path.join(this.#dir, `${encodeURIComponent(id)}.json`);
  }
}

import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Message } from './message';

/**
 * The messages of one queue on disk, one file each, so that a restarted machine goes on where it was.
 *
 * A file is replaced by renaming a complete one over it: a kill at any moment leaves the old or the new message.
 */
export class MessageFiles {
  constructor(private readonly directory: string) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  }

  /** Every stored message in order of arrival; what a kill left half-written is removed. */
  load(): Message[] {
    const messages: Message[] = [];
    for (const name of readdirSync(this.directory)) {
      const file = path.join(this.directory, name);
      if (name.endsWith('.json')) messages.push(JSON.parse(readFileSync(file, 'utf8')) as Message);
      else rmSync(file, { force: true });
    }
    return messages.sort((a, b) => a.sequence - b.sequence);
  }

  save(message: Message): void {
    const file = this.fileOf(message);
    writeFileSync(`${file}.new`, JSON.stringify(message), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }

  remove(message: Message): void {
    rmSync(this.fileOf(message), { force: true });
  }

  private fileOf(message: Message): string {
    return path.join(this.directory, `${message.id}.json`);
  }
}

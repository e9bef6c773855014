import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stringify } from 'yaml';
import { runDocuments, type ToeOptions, type ToeResult } from '../../../local/toe/run-document';

export type Step = Record<string, unknown>;

/** A root file system for one test, empty but for its temporary folder. */
export interface TestRoot {
  dir: string;
  run(documents: string[], options?: Partial<ToeOptions>): Promise<ToeResult>;
  /** What steps have noted, a line each. */
  notes(): string[];
  remove(): void;
}

export function makeTestRoot(): TestRoot {
  const dir = mkdtempSync(path.join(tmpdir(), 'lambda-ec2-toe-'));
  mkdirSync(path.join(dir, 'tmp'));
  const notes = path.join(dir, 'notes');
  return {
    dir,
    run: (documents, options = {}) =>
      runDocuments({ documents: documents.map((data) => ({ data })), root: { dir, kind: 'folder' }, ...options }),
    notes: () => (existsSync(notes) ? readFileSync(notes, 'utf8').split('\n').slice(0, -1) : []),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** A command that leaves a note. */
export const note = (word: string) => `echo ${word} >> "$LAMBDA_EC2_ROOT/notes"`;

export const bash = (name: string, command: string, rest: Step = {}): Step => ({
  name,
  action: 'ExecuteBash',
  timeoutSeconds: 20,
  inputs: { commands: [command] },
  ...rest,
});

/** A document as its author would write it: references stand in quotes. */
export function document(phases: Record<string, Step[]>, rest: object = {}): string {
  const list = Object.entries(phases).map(([name, steps]) => ({ name, steps }));
  return stringify({ name: 'sample', schemaVersion: 1, ...rest, phases: list }, { defaultStringType: 'QUOTE_SINGLE' });
}

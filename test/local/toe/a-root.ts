import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ToePhase, ToeStep } from '../../../imagebuilder/schema';
import { runDocument, type ToeOptions, type ToeResult } from '../../../local/toe/run-document';

/** A root file system for one test, empty but for its temporary folder. */
export interface TestRoot {
  dir: string;
  /** Runs the phase build with these steps. */
  run(steps: ToeStep[], options?: Partial<ToeOptions>): Promise<ToeResult>;
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
    run: (steps, options = {}) =>
      runDocument({
        image: document(steps),
        parameters: {},
        fetchS3: (url) => Promise.reject(new Error(`${url} was asked for`)),
        root: { dir, kind: 'folder' },
        ...options,
      }),
    notes: () => (existsSync(notes) ? readFileSync(notes, 'utf8').split('\n').slice(0, -1) : []),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** A command that leaves a note. */
export const note = (word: string) => `echo ${word} >> "$LAMBDA_EC2_ROOT/notes"`;

export const bash = (
  name: string,
  command: string,
  rest: { timeoutSeconds?: number; maxAttempts?: number } = {},
): ToeStep => ({
  name,
  action: 'ExecuteBash',
  timeoutSeconds: 20,
  maxAttempts: 1,
  inputs: { commands: [command] },
  ...rest,
});

/** A document of these steps and, if there are any, tests. */
export function document(build: ToeStep[], tests: ToeStep[] = [], constants: Record<string, string> = {}) {
  const phases: ToePhase[] = [
    { name: 'build', steps: build },
    { name: 'test', steps: tests },
  ];
  return { phases, constants };
}

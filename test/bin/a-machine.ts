import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A PATH with nothing on it but what a test puts there. */
export interface AMachine {
  bin: string;
  /** Puts a program there: a shell script, or the program of this machine that has the name. */
  add(name: string, script?: string): void;
  /** The command lines that package managers and sudo were called with. */
  calls(): string[];
  remove(): void;
}

/** What the programs of a machine that has everything answer. */
const ANSWERS: Record<string, string> = {
  bash: 'echo "GNU bash, version 5.2.15(1)-release"',
  curl: 'echo "curl 7.88.1 (x86_64-pc-linux-gnu)"',
};
export const JOB_PROGRAMS = ['git', 'bash', 'curl', 'python3', 'setsid', 'timeout', 'grep'];
export const TEST_PROGRAMS = [...JOB_PROGRAMS, 'patch', 'make'];

export function aMachine(programs: string[] = []): AMachine {
  const dir = mkdtempSync(path.join(tmpdir(), 'a-machine-'));
  const bin = path.join(dir, 'bin');
  const log = path.join(dir, 'calls');
  mkdirSync(bin);
  writeFileSync(log, '');
  const add = (name: string, script = ANSWERS[name] ?? 'exit 0') => {
    writeFileSync(path.join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  };
  for (const name of programs) add(name);
  // What a package manager is called with in any case.
  symlinkSync('/usr/bin/env', path.join(bin, 'env'));
  return {
    bin,
    add,
    calls: () => readFileSync(log, 'utf8').split('\n').slice(0, -1),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** A script that notes its command line and then does as a package manager does that has these packages alone. */
export function aManager({ bin }: AMachine, packages: string[], before = ''): string {
  const store = path.join(bin, '../store');
  mkdirSync(store);
  for (const name of packages) {
    writeFileSync(path.join(store, name), `#!/bin/sh\n${ANSWERS[name] ?? 'exit 0'}\n`, { mode: 0o755 });
  }
  return `echo "\${0##*/} $* [$DEBIAN_FRONTEND]" >>'${bin}/../calls'
${before}
[ "$1" = install ] || exit 0
for package in "$@"; do
  [ ! -e '${store}'/"$package" ] || /bin/ln -s '${store}'/"$package" '${bin}'/"$package"
done`;
}

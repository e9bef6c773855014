import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { LocalMachine } from '../../local/machine';
import type { Point } from './points';

/**
 * The runner of a local machine's instances under strace: each that starts takes one of the plans that lie there, and
 * runs alone when there is none.
 */
export class TracedRunner {
  private readonly dir: string;
  private plans = 0;

  constructor(machine: LocalMachine) {
    this.dir = path.join(machine.stateDir, 'kills');
    for (const folder of ['plans', 'taken', 'traces']) mkdirSync(path.join(this.dir, folder), { recursive: true });
    const interpreter = path.join(machine.stateDir, 'image/usr/bin/python3');
    const [, program] = /^exec (.+) "\$@"$/m.exec(readFileSync(interpreter, 'utf8')) ?? [];
    // Not in place: the image is made of links to one that other machines have too.
    rmSync(interpreter);
    writeFileSync(interpreter, wrapper(this.dir, program as string), { mode: 0o755 });
  }

  /** Kills the runner that starts next at a point; without one its whole life is recorded. Returns the plan's name. */
  plan(point?: Point): string {
    const name = String(++this.plans);
    const words = point
      ? `-e trace=${point.call},execve -e inject=${point.call}:signal=KILL:when=${point.nth}`
      : '-e trace=all';
    writeFileSync(path.join(this.dir, 'plans', name), words);
    return name;
  }

  /** What strace wrote; empty when no runner took the plan. */
  trace(plan: string): string {
    const file = path.join(this.dir, 'traces', plan);
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }
}

/** With the runner's threads, and without the programs that it starts (`--detach-on`). */
const wrapper = (dir: string, program: string) => `#!/bin/sh
case "$*" in
  *lambda-ec2' run')
    for plan in '${dir}'/plans/*; do
      name=\${plan##*/}
      mv "$plan" '${dir}/taken/' 2>/dev/null || continue
      exec strace --follow-forks --detach-on=execve --output='${dir}/traces/'"$name" $(cat '${dir}/taken/'"$name") ${program} "$@"
    done
    ;;
esac
exec ${program} "$@"
`;

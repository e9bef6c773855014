import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { LocalMachine } from '../../local/machine';
import type { Point } from './points';

/**
 * The runner of a local machine's instances under strace: the first one of a job takes the job's plan. Whoever finds none
 * runs alone.
 */
export class TracedRunner {
  private readonly dir: string;

  constructor(machine: LocalMachine) {
    this.dir = path.join(machine.stateDir, 'kills');
    for (const folder of ['plans', 'taken', 'traces']) mkdirSync(path.join(this.dir, folder), { recursive: true });
    const interpreter = path.join(machine.stateDir, 'image/usr/bin/python3');
    const [, program] = /^exec (.+) "\$@"$/m.exec(readFileSync(interpreter, 'utf8')) ?? [];
    // Not in place: the image is made of links to one that other machines have too.
    rmSync(interpreter);
    writeFileSync(interpreter, wrapper(this.dir, program as string), { mode: 0o755 });
  }

  /** Kills the runner of a job at a point; without one its whole life is recorded. */
  plan(jobId: string, point?: Point): void {
    const words = point
      ? `-e trace=${point.call},execve -e inject=${point.call}:signal=KILL:when=${point.nth}`
      : '-e trace=all';
    writeFileSync(path.join(this.dir, 'plans', jobId), words);
  }

  /** What strace wrote; empty when no runner took the plan. */
  trace(jobId: string): string {
    const file = path.join(this.dir, 'traces', jobId);
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }
}

/** With the runner's threads, and without the programs that it starts (`--detach-on`). */
const wrapper = (dir: string, program: string) => `#!/bin/sh
case "$*" in
  *lambda-ec2' run')
    for last; do [ "$last" != run ] || break; library=$last; done
    line=$(cat "\${library%/usr/lib/lambda-ec2}/run/lambda-ec2/job-line")
    name=\${line#*/input/} name=\${name%%.zip*}
    if mv '${dir}/plans/'"$name" '${dir}/taken/' 2>/dev/null; then
      exec strace --follow-forks --detach-on=execve --output='${dir}/traces/'"$name" $(cat '${dir}/taken/'"$name") ${program} "$@"
    fi
    ;;
esac
exec ${program} "$@"
`;

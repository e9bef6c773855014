/** A process of a trace. */
export interface Traced {
  /** What it ran, one program after the other; none in a fork that ran nothing of its own. */
  programs: string[];
  /** The first one's whole command. */
  command: string;
  parent: Traced | undefined;
  isThread: boolean;
}

const SYSTEMD = /\/systemd\/systemd$/;
const RUNNER = '/usr/libexec/lambda-ec2/';
/** What only a job of ours has systemd start: a program of its image, or git, of which several commands share a shell. */
const OURS = new RegExp(`^(${RUNNER}|/opt/)|/git$`);
const GIT_IN_SHELL = /^(\S*\/)?sh -c git /;
/** How strace(1) writes a new process, as its tracer numbers it with --pidns-translation. */
const BORN = /(?:clone3?|v?fork)\b.*(?:\) = |resumed>.* = )(\d+)(?: \/\* (\d+) in strace's PID NS \*\/)?$/;
const EXEC = /^execve\("([^"]+)", \[(.*?)\]/;

/**
 * The processes that a machine's job starts before its app's first line, by a trace of the whole machine: those of the
 * units of this project, and what systemd starts for them. Threads are none.
 *
 * @param trace of `strace --follow-forks --pidns-translation --trace=process`
 * @throws when the app did not begin
 */
export function processesOfJob(trace: string): Traced[] {
  const known = new Map<string, Traced>();
  const begun = new Map<string, string>();
  let init: Traced | undefined;
  for (const line of trace.split('\n')) {
    const [, pid = '', call = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? [];
    const self = processOf(known, pid);
    const whole = joined(begun, pid, call);
    const [, inside, outside] = BORN.exec(whole) ?? [];
    if (inside) {
      const child = processOf(known, outside ?? inside);
      child.parent ??= self;
      child.isThread = whole.includes('CLONE_THREAD');
    }
    const [, program, words = ''] = (/ = 0$/.test(whole) && EXEC.exec(whole)) || [];
    if (!program) continue;
    if (!self.programs.length) self.command = words.replaceAll('"', '').replaceAll(', ', ' ');
    self.programs.push(program);
    if (SYSTEMD.test(program)) init ??= self;
    if (/\/python\d?[\d.]*$/.test(program) && /"main\.py"/.test(words)) {
      return [...known.values()].filter((one) => one !== self && !one.isThread && isOfJob(one, init));
    }
  }
  throw new Error('the app did not begin under strace');
}

function processOf(known: Map<string, Traced>, pid: string): Traced {
  const found = known.get(pid) ?? { programs: [], command: '', parent: undefined, isThread: false };
  known.set(pid, found);
  return found;
}

/** A call that strace has written in two lines, once it is whole. */
function joined(begun: Map<string, string>, pid: string, call: string): string {
  if (call.endsWith('<unfinished ...>')) {
    begun.set(pid, call.replace('<unfinished ...>', ''));
    return '';
  }
  if (!call.startsWith('<... ')) return call;
  return (begun.get(pid) ?? '') + call;
}

function isOfJob(one: Traced, init: Traced | undefined): boolean {
  let unit = one;
  while (unit.parent && unit.parent !== init) unit = unit.parent;
  return (
    unit.parent === init && init !== undefined && (OURS.test(unit.programs[0] ?? '') || GIT_IN_SHELL.test(unit.command))
  );
}

/** What a process is known as: its last program, or that of which it is a copy. */
export function nameOf({ programs, parent }: Traced): string {
  const last = programs.at(-1);
  if (last) return last.replace(/.*\//, '');
  return parent ? `a copy of ${nameOf(parent)}` : 'a copy';
}

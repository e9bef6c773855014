import { existsSync } from 'node:fs';

/** What other tools call jobs, before the word for what is to be done: `gh run list`, `sky jobs queue`. */
const NOUNS_FIRST = ['run', 'workflow', 'job', 'jobs'];
/** What stands after a verb: `kubectl get jobs`. */
const NOUNS_LAST = /^(jobs?|runs?|workflows?)$/;
/** Verbs of our own take `jobs` as the id of one. */
const VERBS_BEFORE = [
  'get',
  'describe',
  'delete',
  'rm',
  'create',
  'start',
  'watch',
  'ls',
  'list',
  'restart',
  'inspect',
];

const LINES = {
  list: 'lambda-ec2 list',
  show: 'lambda-ec2 show ID',
  logs: 'lambda-ec2 logs ID -f',
  submit: 'lambda-ec2 submit FILE.zip',
  stop: 'lambda-ec2 stop ID',
  rerun: 'lambda-ec2 rerun ID',
  download: 'lambda-ec2 download ID',
};

const MEANT: Readonly<Record<string, string>> = {
  ...LINES,
  ls: LINES.list,
  ps: LINES.list,
  queue: LINES.list,
  status: LINES.list,
  view: LINES.show,
  get: LINES.show,
  describe: LINES.show,
  inspect: LINES.show,
  log: LINES.logs,
  watch: LINES.logs,
  tail: LINES.logs,
  follow: LINES.logs,
  attach: LINES.logs,
  run: LINES.submit,
  launch: LINES.submit,
  create: LINES.submit,
  start: LINES.submit,
  cancel: LINES.stop,
  kill: LINES.stop,
  delete: LINES.stop,
  rm: LINES.stop,
  terminate: LINES.stop,
  retry: LINES.rerun,
  restart: LINES.rerun,
  fetch: LINES.download,
};

/**
 * The line that two words of another tool mean here; undefined when they are none. A file of that name is an input:
 * `run list` submits it.
 */
export function meantByTwoWords([first = '', second = '']: readonly string[]): string | undefined {
  if (NOUNS_FIRST.includes(first)) {
    return Object.hasOwn(MEANT, second) && !(first === 'run' && existsSync(second)) ? MEANT[second] : undefined;
  }
  if (!VERBS_BEFORE.includes(first) || !NOUNS_LAST.test(second)) return undefined;
  return ['get', 'describe'].includes(first) && second.endsWith('s') ? LINES.list : MEANT[first];
}

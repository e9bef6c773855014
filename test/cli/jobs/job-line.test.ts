import { execFileSync } from 'node:child_process';
import { goesOn, jobLine } from '../../../cli/jobs/job-line';
import { nextCommands } from '../../../cli/jobs/next-commands';
import type { Status } from '../../../contract/status';

const local = { options: ['--local'] };
const stack = { options: ['--stack', 'my jobs', '--profile', 'work'] };

/** The words that a shell makes of a line. */
const words = (line: string) =>
  execFileSync('bash', ['-c', `printf '%s\\n' ${line}`], { encoding: 'utf8' }).split('\n');

test.each(['may', '2026/may', 'a b', "it's", '$HOME', 'ü', '*', '~', '`id`'])(
  'a shell reads the id %s as it is',
  (id) => {
    expect(words(jobLine(local, 'logs', id, '-f'))).toEqual(['lambda-ec2', 'logs', id, '-f', '--local', '']);
  },
);

test('an id like an option stands behind a --', () => {
  expect(jobLine(local, 'logs', '-x', '-f')).toBe('lambda-ec2 logs -f --local -- -x');
});

test('a command to copy is about the system that the command line named', () => {
  const line = "lambda-ec2 show may --stack 'my jobs' --profile work";
  expect(jobLine(stack, 'show', 'may')).toBe(line);
  expect(goesOn(local, 'may')).toMatch(/logs may -f --local .*stop may --local /);
  const failed = { job_id: 'may', state: 'FAILED', reason: 'TIMED_OUT', message: '', attempt: 1 } as Status;
  for (const next of nextCommands(failed, stack)) expect(next).toMatch(/ --stack 'my jobs' --profile work$/);
});

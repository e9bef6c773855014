import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import { meantByTwoWords } from '../../cli/commands/two-words';
import { lambdaEc2 } from '../../cli/program';

/** What a command line prints as help or version, and what it is refused with; none of these does anything else. */
async function said(line: string): Promise<{ text: string; error: string }> {
  let text = '';
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((part) => {
    text += part;
    return true;
  });
  const program = lambdaEc2();
  const quiet = (command: Command): void => {
    command.configureOutput({ writeErr: () => undefined, getOutHelpWidth: () => 80 });
    for (const sub of command.commands) quiet(sub as Command);
  };
  quiet(program);
  try {
    await program.parseAsync(line === '' ? [] : line.split(' '), { from: 'user' });
    return { text, error: '' };
  } catch (error) {
    return { text, error: (error as Error).message };
  } finally {
    write.mockRestore();
  }
}

test.each([
  ['run list', 'lambda-ec2 list'],
  ['run view s1', 'lambda-ec2 show ID'],
  ['run watch', 'lambda-ec2 logs ID -f'],
  ['workflow run', 'lambda-ec2 submit FILE.zip'],
  ['jobs queue', 'lambda-ec2 list'],
  ['jobs logs s1', 'lambda-ec2 logs ID -f'],
  ['jobs launch --local', 'lambda-ec2 --local submit FILE.zip'],
  ['top --stack nightly', 'lambda-ec2 --stack nightly list -w'],
  ['build --local', 'lambda-ec2 local bake'],
  ['jobs cancel s1', 'lambda-ec2 stop ID'],
  ['job list', 'lambda-ec2 list'],
  ['get jobs', 'lambda-ec2 list'],
  ['describe job s1', 'lambda-ec2 show ID'],
  ['describe-jobs', 'lambda-ec2 show ID, or lambda-ec2 list for all'],
  ['list-jobs', 'lambda-ec2 list'],
  ['submit-job --job-name a', 'lambda-ec2 submit FILE.zip'],
  ['cancel-job', 'lambda-ec2 stop ID'],
  ['terminate-job', 'lambda-ec2 stop ID'],
  ['restart s1', 'lambda-ec2 rerun ID'],
  ['inspect s1', 'lambda-ec2 show ID'],
  ['top', 'lambda-ec2 list -w'],
  ['rm s1', 'lambda-ec2 stop ID; what a job left behind stays in the bucket'],
])('%s, as another tool has it, is answered with the line for it', async (line, meant) => {
  const { error } = await said(line);
  expect(error).toMatch(/^there is no command [a-z -]+: /);
  expect(error.slice(error.indexOf(': ') + 2)).toBe(meant);
});

test('a file of that name is an input, and a job of any other name is a job', () => {
  const before = process.cwd();
  const dir = mkdtempSync(path.join(tmpdir(), 'guess-'));
  try {
    process.chdir(dir);
    expect(meantByTwoWords(['run', 'list'])).toBe('lambda-ec2 list');
    writeFileSync('list', '');
    expect(meantByTwoWords(['run', 'list'])).toBeUndefined();
  } finally {
    process.chdir(before);
    rmSync(dir, { recursive: true });
  }
  for (const words of [['run', 'may.zip'], ['job', 'may'], ['show', 'jobs'], ['get', 'may'], ['list']])
    expect(meantByTwoWords(words)).toBeUndefined();
});

test('help and version are there as words', async () => {
  expect((await said('help')).text).toContain('\nJOBS:\n');
  expect((await said('help submit')).text).toContain('Usage: lambda-ec2 submit');
  expect((await said('help settings set')).text).toContain('Usage: lambda-ec2 settings set');
  expect((await said('help nope')).error).toBe('help nope: there is no such command; lambda-ec2 --help lists them');
  expect((await said('version')).text).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test('the help has every name of a command, and the commands below it, in 80 columns', async () => {
  const { text } = await said('help');
  const words = text.replace(/\s+/g, ' ');
  for (const names of ['also jobs, ps, ls', 'also job, describe', 'also fetch, get', 'also cancel, kill'])
    expect(words).toContain(names);
  expect(words).toContain('also config, template; with history, set, show, diff, use, prune');
  expect(words).toContain('with list, show, cancel');
  const [commands = ''] = text.split('Exit status:');
  expect(Math.max(...commands.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  expect((await said('help list')).text).toContain('Also: jobs, ps, ls');
});

test.each(['', '--json', 'local --json'])(
  'without a command (%s) the sentence says that one is missing',
  async (line) => {
    expect((await said(line)).error).toMatch(/^which command\? lambda-ec2( local)? --help lists them$/);
  },
);

import { stripVTControlCharacters } from 'node:util';
import { exitStatus } from '../../cli/doctor/doctor';
import { formatDiagnosis } from '../../cli/doctor/report';
import type { CheckResult } from '../../cli/json/doctor';

const check = (state: CheckResult['state'], name: string, found = 'found', fix: string | null = null): CheckResult => ({
  name,
  state,
  found,
  fix,
});
const CHECKS = [
  check('ok', 'stack', 'jobs is UPDATE_COMPLETE'),
  check(
    'problem',
    'image age',
    'ami-0123456789abcdef0 is 120 days old,\nand so are its updates',
    'lambda-ec2 bake --wait',
  ),
];

/** Without colours, which a machine may have or not. */
const format = (...what: Parameters<typeof formatDiagnosis>) => stripVTControlCharacters(formatDiagnosis(...what));

test('a line a check in a pipe, however long', () => {
  expect(format({ ok: false, checks: CHECKS })).toBe(
    'ok       stack      jobs is UPDATE_COMPLETE\n' +
      'problem  image age  ami-0123456789abcdef0 is 120 days old, and so are its updates -> lambda-ec2 bake --wait\n',
  );
});

test('at 40 columns no line is longer, and the command to type stands on a line of its own', () => {
  const text = format({ ok: false, checks: CHECKS }, 40);
  expect(text.split('\n').filter((line) => line.length > 40)).toEqual([]);
  expect(text).toContain('problem  image age\n  ami-0123456789abcdef0 is 120 days old,\n');
  expect(text).toContain('\n  -> lambda-ec2 bake --wait\n');
});

test('a path that is longer than the line is not broken', () => {
  const path = `/a/${'b'.repeat(50)}`;
  expect(formatDiagnosis({ ok: true, checks: [check('ok', 'x', `at ${path}`)] }, 40)).toContain(`\n  ${path}\n`);
});

test.each<[CheckResult[], number]>([
  [[check('ok', 'stack'), check('skipped', 'quota')], 0],
  [[check('ok', 'stack'), check('unknown', 'quota')], 3],
  [[check('problem', 'stack'), check('unknown', 'quota')], 1],
  [[check('problem', 'credentials'), check('problem', 'stack')], 4],
])('the exit status of %j', (checks, status) => {
  expect(exitStatus(checks)).toBe(status);
});

import { stripVTControlCharacters } from 'node:util';
import { printError } from '../../contract/print-error';
import { SettingsError } from '../../contract/settings-load';
import { UserError } from '../../contract/user-error';

const { DEBUG } = process.env;
let said: string;
beforeEach(() => {
  said = '';
  delete process.env.DEBUG;
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    // Where a CI runs, colours are on.
    said += stripVTControlCharacters(String(text));
    return true;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
  if (DEBUG !== undefined) process.env.DEBUG = DEBUG;
});

const refused = (code: string) => Object.assign(new Error(`${code}: the system says no`), { code });

test.each([
  [new UserError('give a zip', 130), 130],
  [new UserError('no pip was found: install one'), 2],
  [new SettingsError('settings.yaml', [{ path: 'attempts', value: '9', allowed: 'at most 5' }]), 2],
  [refused('EACCES'), 2],
  [refused('ENOSPC'), 2],
])('what a person can mend is said once, without a stack: %s', (error, status) => {
  expect(printError(error)).toBe(status);
  expect(said).toBe(`error: ${error.message}\n`);
});

test.each([
  new Error('half\n  at noon'),
  new Error('stopped at noon'),
  new TypeError('x is undefined'),
  refused('ENOENT'),
])('of a defect there is the stack, without a second message: %s', (error) => {
  expect(printError(error)).toBe(1);
  expect(said.split(error.message)).toHaveLength(2);
  expect(said).toMatch(/\n\s+at .*print-error\.test\.ts/);
});

test('with DEBUG there is always the stack', () => {
  process.env.DEBUG = '1';
  expect(printError(new UserError('no pip was found'))).toBe(2);
  expect(said).toMatch(/^error: no pip was found\n\s+at /);
});

test.each(['stopped', null, undefined])('what is no error is said as it is: %s', (thrown) => {
  expect(printError(thrown)).toBe(1);
  expect(said).toBe(`error: ${thrown}\n`);
});

test('an error whose stack was taken away is said without one', () => {
  const bare = Object.assign(new Error('half'), { stack: undefined });
  expect(printError(bare)).toBe(1);
  expect(said).toBe('error: half\n');
});

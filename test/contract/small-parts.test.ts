import { ALARMS, alarmName } from '../../contract/alarms';
import { sharedFiles } from '../../contract/app-files';
import { wholeSeconds } from '../../contract/time';
import { EXIT, UserError } from '../../contract/user-error';
import { isAwsEbsKey } from '../../contract/volume-key';

test('an alarm is named for its stack', () => {
  expect(ALARMS.map((alarm) => alarmName('my-stack', alarm))).toEqual([
    'my-stack-launch-errors',
    'my-stack-guard-errors',
    'my-stack-oldest-message',
    'my-stack-waiting-jobs',
    'my-stack-failed-jobs',
    'my-stack-quiet',
  ]);
});

test.each([
  ['2026-11-26T06:00:00.123Z', '2026-11-26T06:00:00Z'],
  ['2026-11-26T06:00:00Z', '2026-11-26T06:00:00Z'],
  ['2026-11-26T06:00:00.5+01:00', '2026-11-26T06:00:00.5+01:00'],
  ['at 2026-11-26T06:00:00.5Z', 'at 2026-11-26T06:00:00.5Z'],
])('%s in whole seconds is %s', (time, whole) => {
  expect(wholeSeconds(time)).toBe(whole);
});

test('the key of AWS itself is known in every form in which EC2 tells it', () => {
  const keys = ['alias/aws/ebs', 'arn:aws:kms:eu-west-1:111122223333:alias/aws/ebs', 'alias/mine', '', undefined];
  expect(keys.map(isAwsEbsKey)).toEqual([true, true, false, false, false]);
});

test('a mistake of a person ends a command with the status of its kind, usage unless told otherwise', () => {
  const { name, message, exitCode } = new UserError('no such job', EXIT.missing);
  expect({ name, message, exitCode }).toEqual({ name: 'UserError', message: 'no such job', exitCode: 5 });
  expect(new UserError('no such option').exitCode).toBe(2);
});

test('two settings that name one file are told, the later one as the wrong one, defaults included', () => {
  expect(sharedFiles({})).toEqual([]);
  expect(sharedFiles({ app_log: 'main.py' })).toEqual([{ name: 'app_log', other: 'app_main' }]);
  expect(sharedFiles({ app_main: 'x.py', app_out_zip: 'x.py', app_log: 'x.py' })).toEqual([
    { name: 'app_out_zip', other: 'app_main' },
    { name: 'app_log', other: 'app_main' },
  ]);
});

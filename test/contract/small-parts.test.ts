import { ALARMS, alarmName } from '../../contract/alarms';
import { sharedFiles } from '../../contract/app-files';
import { KEYS } from '../../contract/bucket-keys';
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

test('every kind of key in the job bucket is named', () => {
  expect(Object.keys(KEYS)).toEqual([
    'app_runner/input/{job_id}.zip',
    'app_runner/input/template=N/{job_id}.zip',
    'app_runner/output/{job_id}_status.json',
    'app_runner/output/{job_id}_ec2.log',
    'app_runner/output/{job_id}_app.log',
    'app_runner/output/{job_id}.zip',
    'app_runner/index/ended/{time}/{facts}/{job_id}',
    'app_runner/index/open/{hash}/{facts}/{job_id}',
    'app_runner/packages/{hash}.txt',
    'app_runner/scheduled/{name}.zip',
    'app_runner/launch.lock',
    'app_runner/guard/{instance_id}.json',
  ]);
});

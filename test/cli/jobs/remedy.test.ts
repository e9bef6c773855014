import { remediesOf } from '../../../cli/jobs/remedy';
import type { Reason } from '../../../contract/reasons';
import type { Status } from '../../../contract/status';

const of = (reason: Reason, message = '', more: Partial<Status> = {}) =>
  remediesOf({ job_id: 'may', state: 'FAILED', reason, message, attempt: 1, ...more });

test.each([
  ['ec2_timeout (12h): give it more time', ['settings set ec2_timeout=24h']],
  ['downloading the input was not done when ec2_timeout (30m) ended', ['settings set ec2_timeout=60m']],
  ['the time limit was over; raise ec2_timeout', ['settings show']],
])('a job that timed out gets twice the time that it had: %s', (message, expected) => {
  expect(of('TIMED_OUT', message)).toEqual(expected);
});

test.each([
  ['m7i.large', 'm7i.xlarge'],
  ['c7g.medium', 'c7g.large'],
  ['m7i-flex.2xlarge', 'm7i-flex.4xlarge'],
  ['t3.nano', 't3.micro'],
  ['t3.2xlarge', undefined],
  ['r7i.4xlarge', undefined],
  ['m7i.metal-24xl', undefined],
  [null, undefined],
])('a job that used up the memory of %s gets %s', (instance_type, larger) => {
  const expected = larger ? `settings set instance_type=${larger}` : 'settings show';
  expect(of('OUT_OF_MEMORY', '', { instance_type })).toEqual([expected]);
});

test('a ref that is not there is looked for in the settings of the job, and doctor for the rest', () => {
  const ref = "fetching mian of https://example.com/app failed: fatal: couldn't find remote ref mian; check app_ref";
  expect(of('CLONE_FAILED', ref, { template_version: '7' })).toEqual(['settings show 7']);
  expect(of('CLONE_FAILED', 'fetching main of https://example.com/app failed; check app_url')).toEqual(['doctor']);
});

test('where the message says so, the way back is there to copy', () => {
  const message = 'EC2 refused the launch (InvalidParameterValue); correct the launch template version or roll back';
  expect(of('LAUNCH_REFUSED', message)).toEqual(['doctor', 'rollback']);
  expect(of('LAUNCH_REFUSED', 'the key of the upload names no job')).toEqual(['doctor']);
  expect(of('APP_FAILED')).toEqual([]);
});

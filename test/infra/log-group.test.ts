import { type RawTemplate, rawTemplate, resourcesOf } from './synth';

const groups = (raw: RawTemplate) =>
  resourcesOf(raw, 'AWS::Logs::LogGroup').map(([, { Properties = {} }]) => Properties);
const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd';

test('logs are kept for 90 days by default, under the key of CloudWatch Logs', () => {
  expect(groups(rawTemplate()).length).toBeGreaterThanOrEqual(5);
  for (const { RetentionInDays, KmsKeyId } of groups(rawTemplate())) {
    expect([RetentionInDays, KmsKeyId]).toEqual([90, undefined]);
  }
});

test('every log group has the retention and the key of the settings', () => {
  for (const { RetentionInDays, KmsKeyId } of groups(rawTemplate({ log_retention_days: 400, log_kms_key_arn: KEY }))) {
    expect([RetentionInDays, KmsKeyId]).toEqual([400, KEY]);
  }
});

test('0 keeps logs for ever', () => {
  for (const group of groups(rawTemplate({ log_retention_days: 0 }))) expect(group.RetentionInDays).toBeUndefined();
});

test('a key for the bucket is none for the logs, whose key policy must name CloudWatch Logs', () => {
  for (const group of groups(rawTemplate({ kms_key_arn: KEY }))) expect(group.KmsKeyId).toBeUndefined();
});

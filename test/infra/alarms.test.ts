import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ALARMS } from '../../contract/alarms';
import { rawTemplate, resourcesOf, theResource } from './synth';

const template = rawTemplate({ quiet_days: 35, name: 'nightly' });
// biome-ignore lint/suspicious/noExplicitAny: the properties of any alarm
const alarms: Record<string, any> = Object.fromEntries(
  resourcesOf(template, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => [
    Properties.AlarmName.replace(/^nightly-/, ''),
    Properties,
  ]),
);

test('there is an alarm for each thing that a person should know of', () => {
  expect(Object.keys(alarms).sort()).toEqual([...ALARMS].sort());
});

test('every alarm tells the topic, and stays quiet when nothing is measured', () => {
  const [topicId] = resourcesOf(template, 'AWS::SNS::Topic')[0] as [string, unknown];
  for (const alarm of Object.values(alarms)) {
    expect(alarm).toMatchObject({ AlarmActions: [{ Ref: topicId }], TreatMissingData: 'notBreaching' });
  }
});

test('what to do is written under the name of each alarm, and under no other', () => {
  const guide = readFileSync(path.join(__dirname, '..', '..', 'docs', 'operating.md'), 'utf8');
  for (const [name, { AlarmDescription }] of Object.entries(alarms)) {
    expect(AlarmDescription).toContain(`docs/operating.md, alarm "${name}"`);
  }
  const headings = [...guide.matchAll(/^### The alarm `(.*)`$/gm)].map(([, name]) => name);
  expect(headings.sort()).toEqual(Object.keys(alarms).sort());
});

test('an error of the functions on whose work everything hangs rings at once', () => {
  for (const name of ['launch', 'guard']) {
    expect(alarms[`${name}-errors`]).toMatchObject({
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Statistic: 'Sum',
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    });
  }
});

test('what the other functions could not do becomes a dead letter, of which the guard tells', () => {
  const [deadLetters] = resourcesOf(template, 'AWS::SQS::Queue').find(([id]) => id.includes('DeadLetters')) ?? [];
  const destination = { OnFailure: { Destination: { 'Fn::GetAtt': [deadLetters, 'Arn'] } } };
  const configs = resourcesOf(template, 'AWS::Lambda::EventInvokeConfig').map(([, { Properties }]) => Properties);
  expect(configs.map(({ FunctionName }) => FunctionName.Ref.replace(/[0-9A-F]{8}$/, '')).sort()).toEqual([
    'MetricsFunction',
    'PublisherPublishFunction',
  ]);
  for (const { DestinationConfig } of configs) expect(DestinationConfig).toEqual(destination);
});

test('an upload that nobody takes for an hour rings', () => {
  expect(alarms['oldest-message']).toMatchObject({
    MetricName: 'ApproximateAgeOfOldestMessage',
    Statistic: 'Maximum',
    Threshold: 3600,
  });
});

test('jobs that are told to wait for an hour on end ring', () => {
  const { MetricTransformations } = theResource(template, 'AWS::Logs::MetricFilter').Properties;
  expect(alarms['waiting-jobs']).toMatchObject({
    Namespace: MetricTransformations[0].MetricNamespace,
    MetricName: MetricTransformations[0].MetricName,
    Period: 1200,
    EvaluationPeriods: 3,
    Threshold: 1,
  });
});

test('the days without a success ring by the metric of lambda/metrics', () => {
  expect(alarms.quiet).toMatchObject({
    Namespace: 'lambda-ec2',
    MetricName: 'DaysSinceSuccess',
    Dimensions: [{ Name: 'Stack', Value: 'nightly' }],
    Period: 86_400,
    Threshold: 35,
  });
});

test('an alarm reads one metric, because it is charged for each', () => {
  expect(Object.values(alarms).filter(({ Metrics }) => Metrics)).toEqual([]);
});

test('quiet days ring only when they are set', () => {
  const names = resourcesOf(rawTemplate(), 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties.AlarmName);
  expect(names).not.toContain('lambda-ec2-quiet');
});

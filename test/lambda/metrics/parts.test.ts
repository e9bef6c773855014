import { EC2Client } from '@aws-sdk/client-ec2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import type { Status } from '../../../contract/status';
import { formatMeasurement } from '../../../lambda/metrics/emf';
import { freshness } from '../../../lambda/metrics/freshness';
import { jobMeasurements } from '../../../lambda/metrics/job-metrics';
import { putJobEnded } from '../../../lambda/metrics/put-job-ended';
import { withSend } from '../with-send';

const STATUS: Status = { job_id: 'may', state: 'SUCCEEDED', message: '', attempt: 1 };

test('a measurement is a line that CloudWatch makes a metric of, by default under all its dimensions together', () => {
  const one = { name: 'PhaseSeconds', unit: 'Seconds' as const, value: 7, dimensions: { Stack: 's', Phase: 'boot' } };
  expect(JSON.parse(formatMeasurement(one, 5))).toEqual({
    _aws: {
      Timestamp: 5,
      CloudWatchMetrics: [
        {
          Namespace: 'lambda-ec2',
          Dimensions: [['Stack', 'Phase']],
          Metrics: [{ Name: 'PhaseSeconds', Unit: 'Seconds' }],
        },
      ],
    },
    Stack: 's',
    Phase: 'boot',
    PhaseSeconds: 7,
  });
});

test('a final status in numbers', () => {
  const phases = [
    { name: 'boot', start: '2026-11-24T12:00:00Z', seconds: 0 },
    { name: 'app', start: '2026-11-24T12:00:00Z', seconds: 1800 },
    { name: 'output', start: '2026-11-24T12:30:00Z', seconds: null },
  ];
  const count = (name: string, value: number) => ({ name, unit: 'Count', value, dimensions: { Stack: 's' } });
  expect(jobMeasurements('s', { ...STATUS, phases, instance_id: 'i-1' })).toEqual([
    count('JobsSucceeded', 1),
    count('JobsFailed', 0),
    { name: 'InstanceHours', unit: 'None', value: 0.5, dimensions: { Stack: 's' } },
    ...[0, 1800].map((value, at) => ({
      name: 'PhaseSeconds',
      unit: 'Seconds',
      value,
      dimensions: { Stack: 's', Phase: ['boot', 'app'][at], TemplateVersion: 'unknown' },
    })),
  ]);
  expect(jobMeasurements('s', { ...STATUS, state: 'FAILED' })).toEqual([
    count('JobsSucceeded', 0),
    {
      ...count('JobsFailed', 1),
      dimensions: { Stack: 's', Reason: 'UNKNOWN' },
      sets: [['Stack'], ['Stack', 'Reason']],
    },
  ]);
  expect(jobMeasurements('s', { ...STATUS, state: 'RUNNING' })).toEqual([]);
});

describe('how old image and success are', () => {
  const NOW = Date.parse('2026-11-26T00:00:00Z');
  const ago = (days: number) => new Date(NOW - days * 86_400_000);
  const ages = async (answers: Record<string, unknown>, quietDays = 7) => {
    const asked: Record<string, object> = {};
    const send = async (command: { constructor: { name: string }; input: object }) => {
      const name = command.constructor.name.replace('Command', '');
      asked[name] = command.input;
      return answers[name] ?? {};
    };
    const [ec2, s3] = [withSend(EC2Client, send), withSend(S3Client, send)];
    const found = await freshness({ ec2, s3, stackName: 's', templateId: 'lt-1', bucket: 'jobs', quietDays }, NOW);
    expect(found.every(({ unit, dimensions }) => unit === 'None' && dimensions.Stack === 's')).toBe(true);
    return { ages: Object.fromEntries(found.map(({ name, value }) => [name, value])), asked };
  };
  const version = (ImageId?: string) => ({ LaunchTemplateVersions: [{ LaunchTemplateData: { ImageId } }] });
  const output = (Key: string, days: number) => ({ Key, LastModified: ago(days) });

  test('are told in days, of the newest output, and never below 0', async () => {
    const { ages: told, asked } = await ages({
      DescribeLaunchTemplateVersions: version('ami-1'),
      DescribeImages: { Images: [{ ImageId: 'ami-1', CreationDate: ago(3).toISOString() }] },
      ListObjectsV2: {
        Contents: [
          output('app_runner/output/a.zip', 2),
          output('app_runner/output/b.zip', 1.5),
          output('app_runner/output/c.zip', 4),
          output('app_runner/output/d_status.json', 1),
          { Key: 'app_runner/output/e.zip' },
          {},
        ],
      },
    });
    expect(told).toEqual({ ImageAgeDays: 3, DaysSinceSuccess: 1.5 });
    expect(asked).toMatchObject({
      DescribeLaunchTemplateVersions: { LaunchTemplateId: 'lt-1', Versions: ['$Default'] },
      ListObjectsV2: { Bucket: 'jobs', Prefix: 'app_runner/output/' },
    });
    const ahead = { ListObjectsV2: { Contents: [output('app_runner/output/a.zip', -1)] } };
    expect((await ages(ahead)).ages).toEqual({ DaysSinceSuccess: 0 });
  });

  test('count from the beginning of the stack where no job has succeeded, and are not asked for without quiet_days', async () => {
    const begun = { DescribeLaunchTemplates: { LaunchTemplates: [{ CreateTime: ago(9) }] } };
    const { ages: told, asked } = await ages(begun);
    expect(told).toEqual({ DaysSinceSuccess: 9 });
    expect(asked.DescribeLaunchTemplates).toEqual({ LaunchTemplateIds: ['lt-1'] });
    expect((await ages(begun, 0)).ages).toEqual({});
    expect((await ages(begun, 1)).ages).toEqual({ DaysSinceSuccess: 9 });
    expect((await ages({})).ages).toEqual({});
    expect((await ages({ DescribeLaunchTemplates: { LaunchTemplates: [{}] } })).ages).toEqual({});
  });

  test.each([
    ['no image', version()],
    ['a parameter that names its image', version('resolve:ssm:/x')],
    ['an image that is gone', version('ami-1')],
    ['nothing in it', { LaunchTemplateVersions: [{}] }],
  ])('have no image of a version with %s', async (_what, answer) => {
    const { ages: told, asked } = await ages({ DescribeLaunchTemplateVersions: answer }, 0);
    expect(told).toEqual({});
    expect('DescribeImages' in asked).toBe(JSON.stringify(answer).includes('ami-1'));
  });
});

test('EventBridge is told of a final status alone, and what it does not take is an error with its words', async () => {
  const put = async (answer: object, status: Status = STATUS) => {
    const sent: { input: object }[] = [];
    const client = withSend(EventBridgeClient, async (command: { input: object }) => sent.push(command) && answer);
    await putJobEnded(client, 's', 'jobs', status);
    return sent.map(({ input }) => input);
  };
  expect(await put({ Entries: [{ EventId: 'e' }] })).toMatchObject([
    { Entries: [{ Source: 'lambda-ec2', DetailType: 'Job Ended', Detail: expect.stringContaining('"job_id":"may"') }] },
  ]);
  expect(await put({}, { ...STATUS, state: 'RUNNING' })).toEqual([]);
  const begun = 'EventBridge did not take the event of the end of may';
  await expect(put({ Entries: [{ ErrorCode: 'X', ErrorMessage: 'later' }] })).rejects.toThrow(`${begun} (X: later)`);
  await expect(put({ Entries: [{ ErrorMessage: 'later' }] })).rejects.toThrow(`${begun} (later)`);
  for (const nothing of [{}, { Entries: [{}] }]) {
    await expect(put(nothing)).rejects.toThrow(`${begun} (no further words)`);
  }
});

import { body, startWorld } from '../lambda/launch/fixture';
import { type RawTemplate, rawTemplate, resourcesOf, theResource } from './synth';

let template: RawTemplate;
beforeAll(() => {
  template = rawTemplate({ instance_types: ['m7i.large', 'm6i.large', 'c7i.xlarge'], launch_wait: '3d' });
});

test('the function gets what it launches from, where to, and how long a job may wait', () => {
  const [templateId] = resourcesOf(template, 'AWS::EC2::LaunchTemplate')[0] as [string, unknown];
  const [queueId] = resourcesOf(template, 'AWS::SQS::Queue').find(([id]) => id.startsWith('JobsQueue')) as [
    string,
    unknown,
  ];
  const { Variables } = theResource(template, 'AWS::Lambda::Function', 'Launch').Properties.Environment;
  expect(Variables).toEqual({
    TEMPLATE_ID: { Ref: templateId },
    STACK_NAME: 'lambda-ec2',
    SUBNET_IDS: {
      'Fn::Join': ['', [1, 2, 3].flatMap((n) => [',', { Ref: expect.stringContaining(`Subnet${n}`) }]).slice(1)],
    },
    INSTANCE_TYPES: 'm6i.large,c7i.xlarge',
    QUEUE_URL: { Ref: queueId },
    LAUNCH_WAIT_SECONDS: String(3 * 86_400),
    MAX_RUNNING: '0',
  });
});

test('the queue calls it for one message at a time, five at once at most, and it answers for each message', () => {
  const source = theResource(template, 'AWS::Lambda::EventSourceMapping', 'Launch').Properties;
  expect(source).toMatchObject({
    BatchSize: 1,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    ScalingConfig: { MaximumConcurrency: 5 },
  });
});

test('under max_running at most two launch at once, and the lock may be written before and after it as well', () => {
  const limited = rawTemplate({ max_running: 3 });
  expect(theResource(limited, 'AWS::Lambda::EventSourceMapping', 'Launch').Properties).toMatchObject({
    ScalingConfig: { MaximumConcurrency: 2 },
  });
  for (const raw of [limited, template]) {
    const { PolicyDocument } = theResource(raw, 'AWS::IAM::Policy', 'LauncherLaunchRole').Properties;
    const lock = PolicyDocument.Statement.find(({ Sid }: { Sid: string }) => Sid === 'LockLaunches');
    expect(lock).toMatchObject({ Action: ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'] });
    expect(JSON.stringify(lock.Resource)).toMatch(/"\/app_runner\/launch\.lock"\]\]\}$/);
  }
});

test('every function runs on Node.js 24 with logs that go away in time and without X-Ray', () => {
  const functions = resourcesOf(template, 'AWS::Lambda::Function').filter(
    ([id]) => !id.startsWith('BucketNotifications'),
  );
  expect(functions).toHaveLength(4);
  for (const [, { Properties }] of functions) {
    expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'], Handler: 'index.handler' });
    expect(Properties.TracingConfig).toBeUndefined();
    const log = template.Resources[Properties.LoggingConfig.LogGroup.Ref];
    expect(log).toMatchObject({ DeletionPolicy: 'Delete', Properties: { RetentionInDays: 90 } });
  }
});

test('a job that is told to wait is counted from the log', () => {
  const filter = theResource(template, 'AWS::Logs::MetricFilter').Properties;
  expect(filter).toMatchObject({
    FilterPattern: '{ $.event = "wait.recorded" }',
    MetricTransformations: [{ MetricNamespace: 'lambda-ec2/lambda-ec2', MetricName: 'JobsWaiting', MetricValue: '1' }],
  });
});

test('that count is of a line which the function does write', async () => {
  const world = await startWorld({ imageless: true });
  try {
    await world.deliver([body({ key: 'app_runner/input/may.zip' })]);
    const events = world.logged.map((line) => (JSON.parse(line) as { event: string }).event);
    expect(events.filter((event) => event === 'wait.recorded')).toHaveLength(1);
  } finally {
    await world.close();
  }
});

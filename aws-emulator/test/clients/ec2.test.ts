import { base64, eventually, type Fixture, IMAGE, KEY, REGION, startFixture } from '../ec2/fixture';
import { OUTSIDE_CLIENTS } from './ec2-clients';

describe.each(OUTSIDE_CLIENTS)('%s', (_name, client) => {
  let f: Fixture;
  beforeAll(async () => {
    f = await startFixture();
  });
  afterAll(() => f.close());

  const call = (action: string, input: object) =>
    client(action, input, {
      AWS_ENDPOINT_URL: f.endpoint.url,
      AWS_REGION: REGION,
      AWS_DEFAULT_REGION: REGION,
      AWS_ACCESS_KEY_ID: KEY.accessKeyId,
      AWS_SECRET_ACCESS_KEY: KEY.secretAccessKey,
      AWS_EC2_METADATA_DISABLED: 'true',
    });

  it('makes a template, overrides a setting, launches, watches and terminates', async () => {
    const tags = (Value: string) => [{ ResourceType: 'instance', Tags: [{ Key: 'app_ref', Value }] }];
    await call('CreateLaunchTemplate', {
      LaunchTemplateName: 'jobs',
      LaunchTemplateData: { ImageId: IMAGE, InstanceType: 'm6i.large', TagSpecifications: tags('HEAD') },
    });
    const version = await call('CreateLaunchTemplateVersion', {
      LaunchTemplateName: 'jobs',
      SourceVersion: '$Default',
      VersionDescription: 'ünïcode & <angles>',
      LaunchTemplateData: { TagSpecifications: tags('v2') },
    });
    expect(version.LaunchTemplateVersion).toMatchObject({
      VersionNumber: 2,
      VersionDescription: 'ünïcode & <angles>',
      LaunchTemplateData: { ImageId: IMAGE },
    });
    await call('ModifyLaunchTemplate', { LaunchTemplateName: 'jobs', DefaultVersion: '2' });
    const launch = {
      LaunchTemplate: { LaunchTemplateName: 'jobs' },
      MinCount: 1,
      MaxCount: 1,
      UserData: base64('lambda-ec2-job: s3://bucket/key'),
      ClientToken: 'outside',
    };
    const launched = (await call('RunInstances', launch)) as { Instances: { InstanceId: string; Tags: object[] }[] };
    const id = launched.Instances[0]?.InstanceId ?? '';
    expect(launched.Instances[0]?.Tags).toContainEqual({ Key: 'app_ref', Value: 'v2' });
    expect(await call('RunInstances', launch)).toMatchObject({ Instances: [{ InstanceId: id }] });

    await f.ec2.idle();
    f.host.consoles.set(id, 'hello from the console\n');
    const running = { Filters: [{ Name: 'instance-state-name', Values: ['running'] }] };
    expect(await call('DescribeInstances', running)).toMatchObject({
      Reservations: [{ Instances: [{ InstanceId: id, ClientToken: 'outside' }] }],
    });
    const { Output } = (await call('GetConsoleOutput', { InstanceId: id })) as { Output: string };
    // The CLI shows text, the SDK the base64 of the wire.
    expect([Output, Buffer.from(Output, 'base64').toString()]).toContain('hello from the console\n');
    expect(await call('TerminateInstances', { InstanceIds: [id] })).toMatchObject({
      TerminatingInstances: [{ InstanceId: id, CurrentState: { Name: 'shutting-down' } }],
    });
    await eventually(() => f.events.some((event) => event.detail.state === 'terminated'));
    await expect(call('RunInstances', launch)).rejects.toThrow('(IdempotentInstanceTerminated)');
  });

  it('is told that an action does not exist here', async () => {
    await expect(call('DescribeVolumes', {})).rejects.toThrow('(InvalidAction)');
  });
});

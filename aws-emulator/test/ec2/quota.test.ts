import { RunInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { eventually, failure, IMAGE, startFixture } from './fixture';

test('a launch beyond the quota is refused until an instance has ended, and leaves its token free', async () => {
  const f = await startFixture({ quota: { instances: 2, message: 'two at one time' } });
  const launch = (ClientToken?: string, count = 1) =>
    f.client.send(new RunInstancesCommand({ ImageId: IMAGE, MinCount: count, MaxCount: count, ClientToken }));
  try {
    expect(await failure(launch(undefined, 3))).toEqual({
      code: 'VcpuLimitExceeded',
      status: 400,
      message: 'two at one time',
    });
    const { Instances = [] } = await launch(undefined, 2);
    expect(f.ec2.room).toBe(0);
    expect(await failure(launch('waits'))).toMatchObject({ code: 'VcpuLimitExceeded' });
    await f.client.send(new TerminateInstancesCommand({ InstanceIds: [Instances[0]?.InstanceId as string] }));
    await eventually(() => f.ec2.room === 1);
    expect((await launch('waits')).Instances).toHaveLength(1);
  } finally {
    await f.close();
  }
});

test('without a quota there is no limit', async () => {
  const f = await startFixture();
  expect(f.ec2.room).toBeUndefined();
  await f.close();
});

import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { CreateLaunchTemplateCommand, DescribeInstancesCommand, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { Ec2Service } from '../../ec2/service';
import { ACCOUNT, FakeHost, type Fixture, failure, IMAGE, REGION, startFixture } from './fixture';

describe('the state of EC2', () => {
  let f: Fixture;
  afterEach(() => f.close());

  it('outlives a restart: templates, instances, images and client tokens', async () => {
    const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'ec2-test-'));
    const copy = `${dir}-copy`;
    f = await startFixture(dir);
    await f.client.send(
      new CreateLaunchTemplateCommand({ LaunchTemplateName: 'jobs', LaunchTemplateData: { ImageId: IMAGE } }),
    );
    const launch = new RunInstancesCommand({
      MinCount: 1,
      MaxCount: 1,
      LaunchTemplate: { LaunchTemplateName: 'jobs' },
      ClientToken: 'job',
    });
    const first = await f.client.send(launch);
    await f.ec2.settled();
    fs.cpSync(dir, copy, { recursive: true });
    await f.close();

    f = await startFixture(copy);
    const second = await f.client.send(launch);
    expect(second.Instances).toMatchObject([
      { InstanceId: first.Instances?.[0]?.InstanceId, State: { Name: 'running' }, Tags: first.Instances?.[0]?.Tags },
    ]);
    expect(f.host.started).toEqual([]);
  });

  it('ends the instances whose machines did not outlive it', async () => {
    f = await startFixture();
    const launch = () => f.client.send(new RunInstancesCommand({ MinCount: 1, MaxCount: 1, ImageId: IMAGE }));
    const ids = [await launch(), await launch()].map((answer) => answer.Instances?.[0]?.InstanceId ?? '');
    await f.ec2.settled();
    const again = new Ec2Service({ dir: f.dir, region: REGION, accountId: ACCOUNT, host: new FakeHost() });
    expect(again.endLost((id) => id === ids[0])).toEqual([ids[1]]);
    expect(again.endLost((id) => id === ids[0])).toEqual([]);
  });

  it('leaves no half-written file behind', async () => {
    f = await startFixture();
    await f.client.send(new RunInstancesCommand({ MinCount: 1, MaxCount: 1, ImageId: IMAGE }));
    await f.ec2.settled();
    const files = fs.readdirSync(path.join(f.dir, 'instances'));
    expect(files).toEqual([expect.stringMatching(/^i-[0-9a-f]{17}\.json$/)]);
  });

  it('holds nothing of a refused launch', async () => {
    f = await startFixture();
    await failure(f.client.send(new RunInstancesCommand({ MinCount: 1, MaxCount: 1 })));
    const { Reservations } = await f.client.send(new DescribeInstancesCommand({}));
    expect(Reservations).toEqual([]);
  });
});

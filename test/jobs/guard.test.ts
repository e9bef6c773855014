import { existsSync } from 'node:fs';
import path from 'node:path';
import {
  CreateLaunchTemplateVersionCommand,
  DescribeLaunchTemplateVersionsCommand,
  ModifyLaunchTemplateCommand,
} from '@aws-sdk/client-ec2';
import { inputKey, outputKeys } from '../../contract/keys';
import { formatDelivery } from '../../lambda/shared/upload-event';
import { DEAD_LETTER_QUEUE } from '../../local/account';
import { processes } from '../processes';
import { LocalJob, useLocalMachine, WRITE_OUTPUT } from './local-job';

const machine = useLocalMachine();
let job: LocalJob;
beforeEach(() => {
  job = new LocalJob(machine());
});
afterEach(() => job.close());

/** An app that hangs until it has been started so many times. */
const hangsTimes = (times: number) => `
import os, time
runs = ${JSON.stringify(path.join(job.dir, 'run'))}
number = 1
while os.path.exists(runs + str(number)): number += 1
open(runs + str(number), 'w').close()
if number <= ${times}: time.sleep(50)
${WRITE_OUTPUT}
write_output('x')
`;

/** Kills the init of the one instance once the app has been started the nth time. */
async function pullThePlug(nth: number): Promise<void> {
  await eventually(() => existsSync(path.join(job.dir, `run${nth}`)));
  const init = processes().find(
    ({ words }) =>
      words.some((word) => word.endsWith('/init.py')) && words.some((word) => word.startsWith(machine().stateDir)),
  );
  process.kill(init?.pid as number, 'SIGKILL');
}

test('a job whose machine dies is started again and succeeds', async () => {
  job.commit({ 'main.py': hangsTimes(1) });
  await job.configure();
  const version = await job.upload('may');
  await pullThePlug(1);
  const { status, output } = await job.result('may', version);
  expect(status).toMatchObject({ state: 'SUCCEEDED', attempt: 2 });
  expect(output?.length).toBeGreaterThan(0);
  await machine().finished();
});

test('a job whose machine dies on every attempt ends with a record that says so', async () => {
  job.commit({ 'main.py': hangsTimes(2) });
  await job.configure();
  const version = await job.upload('june');
  await pullThePlug(1);
  await pullThePlug(2);
  const { status, ec2Log } = await job.result('june', version);
  expect(status).toMatchObject({ state: 'FAILED', reason: 'INTERRUPTED', attempt: 2 });
  expect(ec2Log).toContain('lambda-ec2 guard: INTERRUPTED');
  expect(ec2Log).toMatch(/--- console output of i-[0-9a-f]{17} ---\n.*Booting from/s);
  await machine().finished();
});

test('a dead letter gets its record', async () => {
  const upload = { bucket: machine().bucket, key: inputKey('dead'), versionId: 'v1', sequencer: '0A', attempt: 1 };
  machine().services.queues.named(DEAD_LETTER_QUEUE).send(formatDelivery(upload));
  await machine().functions.guard.runSchedule();
  const record = await eventually(() => job.object(outputKeys('dead').status));
  expect(JSON.parse(String(record))).toMatchObject({ state: 'FAILED', reason: 'LAUNCH_REFUSED' });
});

test('a finished bake becomes the default version, with the settings of the operator', async () => {
  job.commit({ 'main.py': `${WRITE_OUTPUT}\nwrite_output('x')` });
  await job.configure();
  const [image] = machine().services.ec2.images;
  const imageId = await machine().functions.publish.baked(image?.rootDir as string);
  const { status } = await job.run('baked');
  expect(status).toMatchObject({ state: 'SUCCEEDED', image_id: imageId });
});

test('a default version without an image that exists is mended by the schedule', async () => {
  const LaunchTemplateId = machine().templateId;
  const { LaunchTemplateVersion } = await machine().ec2.send(
    new CreateLaunchTemplateVersionCommand({
      LaunchTemplateId,
      SourceVersion: '$Default',
      LaunchTemplateData: { ImageId: 'ami-0fffffffffffffff0' },
    }),
  );
  const DefaultVersion = String(LaunchTemplateVersion?.VersionNumber);
  await machine().ec2.send(new ModifyLaunchTemplateCommand({ LaunchTemplateId, DefaultVersion }));
  await machine().functions.publish.runSchedule();
  const { LaunchTemplateVersions } = await machine().ec2.send(
    new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId, Versions: ['$Default'] }),
  );
  const ids = machine().services.ec2.images.map(({ id }) => id);
  expect(ids).toContain(LaunchTemplateVersions?.[0]?.LaunchTemplateData?.ImageId);
});

async function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  for (;;) {
    const found = await check();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

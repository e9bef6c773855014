import {
  CreateLaunchTemplateVersionCommand,
  DescribeLaunchTemplateVersionsCommand,
  ModifyLaunchTemplateCommand,
} from '@aws-sdk/client-ec2';
import { parseChanges } from '../../cli/override/changes';
import { inputKey } from '../../contract/keys';
import { PYTHON_TAG } from '../../contract/tags';
import { inputZip, LocalJob, resultText, useLocalMachine, WRITE_OUTPUT } from '../jobs/local-job';
import { lambdaEc2, type Said } from './run-command';

const machine = useLocalMachine();
let job: LocalJob;
beforeEach(() => {
  job = new LocalJob(machine());
});
afterEach(() => job.close());

const says = (text: string) => `${WRITE_OUTPUT}\nwrite_output('${text}')`;

function override(...args: string[]): Promise<Said> {
  const env = machine().environment;
  return lambdaEc2(['override', '--template-id', machine().templateId, ...args], { env });
}

async function versionOf(number: string) {
  const command = new DescribeLaunchTemplateVersionsCommand({
    LaunchTemplateId: machine().templateId,
    Versions: [number],
  });
  const [version] = (await machine().ec2.send(command)).LaunchTemplateVersions ?? [];
  const specifications = version?.LaunchTemplateData?.TagSpecifications ?? [];
  const instance = specifications.find(({ ResourceType }) => ResourceType === 'instance')?.Tags ?? [];
  return {
    number: version?.VersionNumber,
    description: version?.VersionDescription,
    data: version?.LaunchTemplateData,
    tags: Object.fromEntries(instance.map(({ Key, Value }) => [Key, Value])),
  };
}

test('an override is the default for the next job and leaves every other setting as it was', async () => {
  job.commit({ 'main.py': says('main'), 'other.py': says('other') });
  await job.configure({ app_log: 'my.log' });
  const before = await versionOf('$Default');

  const { code, stdout, stderr } = await override('app_main=other.py', 'instance_type=m7i.xlarge');

  const after = await versionOf('$Default');
  expect([code, stdout]).toEqual([0, expect.stringContaining(`in place of ${before.number}`)]);
  // No command of ours finds a launch template whose stack is not known.
  expect(stderr).toBe(
    `To go back:\n  aws ec2 modify-launch-template --launch-template-id ${machine().templateId} --default-version ${before.number}\n`,
  );
  expect(after.tags).toEqual({ ...before.tags, app_main: 'other.py' });
  expect(after.data).toEqual({
    ...before.data,
    InstanceType: 'm7i.xlarge',
    TagSpecifications: expect.anything(),
  });
  expect(after.data?.TagSpecifications).toHaveLength(before.data?.TagSpecifications?.length ?? 0);
  expect(after.description).toBe('override: app_main=other.py instance_type=m7i.xlarge');
  expect(resultText((await job.run('overridden')).output)).toBe('other');
});

test('an empty value brings the default back', async () => {
  job.commit({ 'main.py': says('main'), 'other.py': says('other') });
  await job.configure({ app_main: 'other.py' });
  expect((await override('app_main=')).code).toBe(0);
  expect((await versionOf('$Default')).tags).not.toHaveProperty('app_main');
  expect(resultText((await job.run('default again')).output)).toBe('main');
});

test('--try writes a version for one job and leaves the default alone', async () => {
  job.commit({ 'main.py': says('main'), 'other.py': says('other') });
  const base = await job.configure();
  const { stdout } = await override('app_main=other.py', '--try', '--note', 'for June', '--json');
  const { version, is_default: isDefault } = JSON.parse(stdout);
  expect([isDefault, (await versionOf('$Default')).number]).toEqual([false, base]);
  expect((await versionOf(String(version))).description).toBe('for June');
  expect(resultText((await job.run('june', inputZip(), inputKey('june', String(version)))).output)).toBe('other');
});

test('whatever is wrong is told at once, before anything is written', async () => {
  await job.configure();
  const before = await versionOf('$Latest');
  const { code, stderr } = await override(
    'app_man=x.py',
    'ec2_timeout=soon',
    'app_url=https://me:hunter2@x.org/y',
    'spot=true',
  );
  expect(code).toBe(2);
  expect(stderr).toMatch(/did you mean app_main/);
  expect(stderr).toMatch(/ec2_timeout: "soon": use .*15m/);
  expect(stderr).toMatch(/app_credentials/);
  expect(stderr).toMatch(/spot is not part of a launch template version/);
  expect(stderr).not.toMatch(/hunter2|^\s+at /m);
  expect((await versionOf('$Latest')).number).toBe(before.number);
});

test.each([
  [
    'another architecture',
    ['instance_type=m7g.large'],
    /m7g\.large is arm64, and the image is for m7i\.large: .*deploy/,
  ],
  ['two files in one place', ['app_out_zip=input.zip'], /app_out_zip and app_in_zip would be the same file/],
])('%s is refused before anything is written', async (_, words, sentence) => {
  await job.configure();
  const before = await versionOf('$Latest');
  const { code, stderr } = await override(...words);
  expect(stderr).toMatch(sentence);
  expect([code, (await versionOf('$Latest')).number]).toEqual([2, before.number]);
});

test('another Python than is in the image is refused, and the one that is in it is not', async () => {
  const image = machine().services.ec2.addImage({ name: 'b', rootDir: '/b', tags: { [PYTHON_TAG]: '3.6' } });
  await job.configure();
  const LaunchTemplateId = machine().templateId;
  const data = { LaunchTemplateId, SourceVersion: '$Default', LaunchTemplateData: { ImageId: image } };
  const { LaunchTemplateVersion: made } = await machine().ec2.send(new CreateLaunchTemplateVersionCommand(data));
  const DefaultVersion = String(made?.VersionNumber);
  await machine().ec2.send(new ModifyLaunchTemplateCommand({ LaunchTemplateId, DefaultVersion }));
  const { code, stderr } = await override('python_version=3.12');
  expect([code, stderr]).toEqual([
    2,
    expect.stringMatching(/python_version: 3\.12 is not in the image .*which has 3\.6/),
  ]);
  expect((await override('python_version=3.6', '--try')).code).toBe(0);
});

test('a launch template that does not exist is told in one sentence', async () => {
  const { code, stderr } = await lambdaEc2(['override', 'app_ref=x', '--template-id', 'lt-00000000000000000'], {
    env: machine().environment,
  });
  expect(code).toBe(5);
  expect(stderr).toMatch(/^error: AWS knows no such thing: .*lt-00000000000000000/);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});

test('a word without a value is a mistake', () => {
  expect(() => parseChanges(['app_ref'])).toThrow('app_ref: write it as app_ref=value');
});

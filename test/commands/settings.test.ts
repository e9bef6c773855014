import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  CreateLaunchTemplateVersionCommand,
  DeregisterImageCommand,
  DescribeLaunchTemplatesCommand,
  DescribeLaunchTemplateVersionsCommand,
  EC2Client,
  ModifyLaunchTemplateCommand,
  type RequestLaunchTemplateData,
} from '@aws-sdk/client-ec2';
import * as diffJson from '../../cli/json/settings-diff';
import * as historyJson from '../../cli/json/settings-history';
import * as pruneJson from '../../cli/json/settings-prune';
import * as setJson from '../../cli/json/settings-set';
import * as showJson from '../../cli/json/settings-show';
import * as useJson from '../../cli/json/settings-use';
import { announce } from '../../cli/local/announce';
import { set as setDefault } from '../../cli/override/override';
import { readVersions } from '../../cli/settings/versions';
import { checkSettings } from '../../contract/settings-load';
import { useLocalMachine } from '../jobs/local-job';
import { withSend } from '../lambda/with-send';
import { lambdaEc2, type Said, STATE } from './run-command';

const APP_URL = 'https://example.com/none.git';
const machine = useLocalMachine();
let conceal = () => {};
beforeAll(() => {
  process.env.LAMBDA_EC2_STATE = STATE;
  conceal = announce(machine(), checkSettings({ app_url: APP_URL }));
});
afterAll(() => conceal());

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'settings-test-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** A command line against the machine, in a folder without settings.yaml. */
function run(...args: string[]): Promise<Said> {
  return lambdaEc2([...args, '--local'], { cwd: dir, env: { TERM: 'dumb' } });
}

async function result<T>({ schema }: { schema: { parse(value: unknown): T } }, ...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await run(...args, '--json');
  expect([code, stderr]).toEqual([0, '']);
  return schema.parse(JSON.parse(stdout));
}

async function defaultNumber(): Promise<number> {
  const command = new DescribeLaunchTemplatesCommand({ LaunchTemplateIds: [machine().templateId] });
  return (await machine().ec2.send(command)).LaunchTemplates?.[0]?.DefaultVersionNumber ?? 0;
}

/** A request must say something: what the default has already changes nothing. */
async function defaultType(): Promise<RequestLaunchTemplateData> {
  const command = new DescribeLaunchTemplateVersionsCommand({
    LaunchTemplateId: machine().templateId,
    Versions: ['$Default'],
  });
  const [version] = (await machine().ec2.send(command)).LaunchTemplateVersions ?? [];
  return { InstanceType: version?.LaunchTemplateData?.InstanceType };
}

/** What any EC2 client can do. */
async function byHand(LaunchTemplateData: RequestLaunchTemplateData, note = 'by hand'): Promise<number> {
  const LaunchTemplateId = machine().templateId;
  const data = { LaunchTemplateId, SourceVersion: '$Default', LaunchTemplateData, VersionDescription: note };
  const { LaunchTemplateVersion } = await machine().ec2.send(new CreateLaunchTemplateVersionCommand(data));
  return LaunchTemplateVersion?.VersionNumber as number;
}

async function moveByHand(number: number): Promise<void> {
  const input = { LaunchTemplateId: machine().templateId, DefaultVersion: String(number) };
  await machine().ec2.send(new ModifyLaunchTemplateCommand(input));
}

const set = async (...words: string[]) => (await result(setJson, 'settings', 'set', ...words)).version;

test('a change, two roll-backs and the way forth again', async () => {
  const first = await defaultNumber();
  const second = await set('ec2_timeout=2h', '--note', 'for June');
  const third = await set('ec2_timeout=3h');

  const back = await run('rollback');
  expect([back.code, await defaultNumber()]).toEqual([0, second]);
  expect(back.stdout).toContain(`version ${second} is the default now, in place of ${third}`);
  expect(back.stdout).toContain('ec2_timeout: 3h -> 2h');
  expect(back.stderr).toContain(`one further back, to version ${first}:\n  lambda-ec2 rollback --local\n`);
  expect(back.stderr).toContain(`lambda-ec2 settings use ${third} --local\n`);

  const further = await result(useJson, 'rollback');
  expect(further).toMatchObject({ version: first, before: second, moved: true });
  const forth = await run('settings', 'use', String(third));
  expect(forth.stderr).toBe('To go back:\n  lambda-ec2 rollback --local\n');
  expect(await result(useJson, 'rollback')).toMatchObject({ version: first, before: third });
});

test('a roll-back leads to where one was before `use`, not to the number below', async () => {
  const before = await defaultNumber();
  const tried = await set('ec2_timeout=4h', '--try');
  const other = await set('ec2_timeout=5h', '--try');
  await result(useJson, 'settings', 'use', String(other));
  expect(await result(useJson, 'rollback')).toMatchObject({ version: before, before: other });
  expect(await result(useJson, 'rollback', String(tried))).toMatchObject({ version: tried, before });
});

test('the publisher leaves a roll-back alone, and the next bake keeps its settings', async () => {
  await machine().functions.publish.baked('/image');
  const settled = await defaultNumber();
  await set('ec2_timeout=6h');
  expect(await result(useJson, 'rollback')).toMatchObject({ version: settled });
  await machine().functions.publish.runSchedule();
  expect(await defaultNumber()).toBe(settled);
  await machine().functions.publish.baked('/newer');
  const baked = await result(showJson, 'settings', 'show');
  expect(baked.version).toBeGreaterThan(settled);
  expect(baked.settings).not.toContainEqual(expect.objectContaining({ name: 'ec2_timeout', value: '6h' }));
  // Of the bake nobody has told the command.
  expect(await result(useJson, 'rollback')).toMatchObject({ version: settled, before: baked.version });
});

test('where nobody can know the version before, a roll-back names those to choose from', async () => {
  const one = await byHand({ InstanceType: 'm7i.xlarge' });
  const two = await byHand({ InstanceType: 'm7i.2xlarge' });
  await moveByHand(two);
  const { code, stdout, stderr } = await run('rollback');
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(new RegExp(`not known.*settings use N --local:\n(.*\n)*  ${one}  .*by hand`));
  expect(await defaultNumber()).toBe(two);
});

test('history tells who, why, which is the default and what changed', async () => {
  const version = await set('app_main=other.py', '--note', 'a trial');
  const { versions, default_version, total } = await result(historyJson, 'settings');
  expect([default_version, total]).toEqual([version, versions[0]?.version]);
  expect(versions[0]).toMatchObject({
    is_default: true,
    writer: 'operator',
    author: expect.stringMatching(/^\w+$/),
    note: 'a trial',
  });
  expect(versions[0]?.changes).toEqual([{ name: 'app_main', old: 'main.py', new: 'other.py' }]);
  const { stdout, stderr, code } = await run('config', 'list', '-n', '1');
  expect([code, stderr]).toEqual([0, expect.stringMatching(/older ones are not shown: -n \d+ shows all/)]);
  expect(stdout).toMatch(
    new RegExp(`^VERSION +AGE +BY +IMAGE +CHANGED\n${version} \\* .*a trial: app_main=other\\.py\n$`),
  );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: there are no escape sequences in a pipe
  expect(stdout).not.toMatch(/\u001b/);
});

test('show has every setting, with defaults marked, and what settings.yaml here says otherwise', async () => {
  await set('app_main=', 'ec2_timeout=2h');
  writeFileSync(path.join(dir, 'settings.yaml'), `app_url: ${APP_URL}\nec2_timeout: 9h\n`);
  const shown = await result(showJson, 'settings', 'show');
  expect(shown.problems).toEqual([]);
  expect(shown.settings).toContainEqual({ name: 'app_main', value: 'main.py', is_default: true, is_setting: true });
  expect(shown.settings).toContainEqual(expect.objectContaining({ name: 'volume_size_gib', value: '16' }));
  expect(shown.settings).toContainEqual(expect.objectContaining({ name: 'MetadataOptions.HttpTokens' }));
  expect(shown.file_differences).toContainEqual({ name: 'ec2_timeout', old: '2h', new: '9h' });
  const { stdout } = await run('settings', 'show', 'default');
  expect(stdout).toMatch(/app_main +main\.py \(default\)\n/);
  expect(stdout).toMatch(/settings\.yaml here says otherwise:\n(.*\n)* {2}ec2_timeout: 2h -> 9h/);
});

test('diff compares versions, and a version with settings.yaml', async () => {
  const one = await set('ec2_timeout=2h', 'app_main=');
  const two = await set('ec2_timeout=3h');
  expect(await result(diffJson, 'settings', 'diff', String(one))).toEqual({
    from: one,
    to: two,
    changes: [{ name: 'ec2_timeout', old: '2h', new: '3h' }],
  });
  writeFileSync(path.join(dir, 'settings.yaml'), `app_url: ${APP_URL}\nec2_timeout: 4h\ninstance_types: [c7i.large]\n`);
  const { code, stdout } = await run('settings', 'diff');
  expect(code).toBe(0);
  expect(stdout).toMatch(new RegExp(`^version ${two} -> settings.yaml\n`));
  expect(stdout).toContain('  ec2_timeout: 3h -> 4h\n');
  expect(stdout).not.toContain('MetadataOptions');
  expect((await run('settings', 'diff', 'settings.yaml', 'settings.yaml')).stdout).toContain('say the same');
});

test.each([
  ['has no image', async () => byHand({ ImageId: '' })],
  [
    'its image .* is not there',
    async () => {
      const ImageId = machine().services.ec2.addImage({ name: 'gone', rootDir: '/gone' });
      const version = await byHand({ ImageId });
      await machine().ec2.send(new DeregisterImageCommand({ ImageId }));
      return version;
    },
  ],
  ['EC2 has no m99.huge', async () => byHand({ InstanceType: 'm99.huge' as never })],
  ['is x86_64, and m7g.large is not', async () => byHand({ InstanceType: 'm7g.large' })],
  [
    'ec2_timeout: "soon"',
    async () => {
      const Tags = Object.entries({ app_url: APP_URL, ec2_timeout: 'soon' }).map(([Key, Value]) => ({ Key, Value }));
      return byHand({ TagSpecifications: [{ ResourceType: 'instance', Tags }] });
    },
  ],
  [
    'tag key "a b"',
    async () => {
      const Tags = Object.entries({ app_url: APP_URL, 'a b': 'c' }).map(([Key, Value]) => ({ Key, Value }));
      return byHand({ TagSpecifications: [{ ResourceType: 'instance', Tags }] });
    },
  ],
])('a version is refused that %s', async (sentence, write) => {
  const before = await defaultNumber();
  const version = await write();
  const { code, stdout, stderr } = await run('settings', 'use', String(version));
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(new RegExp(`^error: no job could run from version ${version}: .*${sentence}`));
  expect(await defaultNumber()).toBe(before);
});

test.each([
  [
    'a version that is not there',
    ['settings', 'use', '4711'],
    5,
    /^error: there is no version 4711: the latest is \d+; lambda-ec2 settings --local lists them/,
  ],
  ['a setting in place of a version', ['settings', 'get', 'app_ref'], 2, /app_ref is a setting.*settings show --local/],
  ['a roll-back among the settings', ['settings', 'rollback', '7'], 2, /to roll back: lambda-ec2 rollback 7 --local/],
  ['a setting that is given twice', ['settings', 'set', 'app_ref=a', 'app_ref=b'], 2, /app_ref is given twice/],
  ['a type that EC2 has not', ['settings', 'set', 'instance_type=m99.huge'], 2, /EC2 has no m99\.huge in this Region/],
  ['a type to try', ['settings', 'set', 'instance_type=m99.huge', '--try'], 2, /EC2 has no m99\.huge in this Region/],
  [
    'this machine and a stack',
    ['settings', '--stack', 'x'],
    2,
    /^error: --local means .*--stack a stack: leave one out/,
  ],
  ['no number', ['rollback', 'yesterday'], 2, /^error: yesterday is no version: give a number/],
  ['a setting that is none', ['settings', 'set', 'app_man=x.py'], 2, /did you mean app_main/],
  ['a file that is not there', ['settings', 'diff'], 2, /^error: settings\.yaml: there is no such file here/],
  ['a word that is no command', ['settings', 'frob'], 2, /there is no such command/],
])('%s is told in one sentence', async (_, words, status, sentence) => {
  const { code, stdout, stderr } = await run(...words);
  expect([code, stdout, stderr.trim().split('\n').length]).toEqual([status, '', 1]);
  expect(stderr).toMatch(sentence);
  const json = await run(...words, '--json');
  expect(JSON.parse(json.stdout).error).toMatchObject({ exit_status: status });
});

test('the default already is said so, and is no failure', async () => {
  const version = await defaultNumber();
  const { code, stdout } = await run('settings', 'use', 'default');
  expect([code, stdout]).toEqual([0, `version ${version} is the default already: nothing was changed\n`]);
});

const contextOf = async (ec2: EC2Client) => {
  return { system: { options: [] }, ec2, template: await readVersions(ec2, machine().templateId) };
};

test('a type that EC2 has not can be left behind, and a roll-back does not lead to it', async () => {
  const before = await defaultNumber();
  const huge = await byHand({ InstanceType: 'm99.huge' as never });
  await moveByHand(huge);
  expect((await result(showJson, 'settings', 'show')).problems).toEqual([
    'instance_type: EC2 has no m99.huge in this Region',
  ]);
  const other = await set('instance_type=m7i.xlarge');
  const back = await run('rollback', '-q');
  expect([back.code, back.stderr, await defaultNumber()]).toEqual([2, expect.stringContaining('not known'), other]);
  await result(useJson, 'settings', 'use', String(before));
});

test('what changes nothing is not written, and a roll-back passes over such versions', async () => {
  const first = await set('ec2_timeout=150m');
  const second = await set('ec2_timeout=210m', 'app_main=other.py');
  const same = await run('settings', 'set', 'app_main=other.py');
  expect([same.code, same.stdout, same.stderr]).toEqual([
    0,
    `version ${second} is the default already: nothing was changed\n`,
    '',
  ]);
  expect(await result(setJson, 'settings', 'set', 'app_main=other.py', '--try')).toMatchObject({
    version: second,
    before: second,
    moved: false,
    is_default: true,
    changes: [],
  });
  const equal = await byHand(await defaultType(), 'the same once more');
  expect(equal).toBe(second + 1);
  await result(useJson, 'settings', 'use', String(equal));
  expect(await result(useJson, 'rollback')).toMatchObject({ version: first, before: equal });
});

test('advice is beside the result, and -q leaves it out', async () => {
  const told = await run('settings', 'set', 'ec2_timeout=11h');
  expect(told.stdout).toMatch(/^version \d+ is the default now, in place of .*\n {2}ec2_timeout: .* -> 11h\n$/);
  expect(told.stderr).toBe('To go back:\n  lambda-ec2 rollback --local\n');
  const quiet = await run('rollback', '-q');
  expect([quiet.code, quiet.stderr]).toEqual([0, '']);
});

test('every move of the default answers in one shape', async () => {
  const before = await defaultNumber();
  const moved = await result(setJson, 'settings', 'set', 'ec2_timeout=13h');
  const back = await result(useJson, 'rollback');
  expect(Object.keys(moved)).toEqual(Object.keys(back));
  expect(moved).toMatchObject({ before, moved: true, is_default: true, rollback_to: before });
  expect(moved.changes).toEqual([{ name: 'ec2_timeout', old: expect.anything(), new: '13h' }]);
});

test('of two who change settings at once the later one is told, and loses nothing of the other', async () => {
  const before = await defaultNumber();
  const other = await byHand({ InstanceType: 'm7i.xlarge' });
  const ec2 = machine().ec2;
  const busy = withSend(EC2Client, async (command: { constructor: { name: string } }) => {
    const answer = await ec2.send(command as never);
    if (command.constructor.name === 'CreateLaunchTemplateVersionCommand') await moveByHand(other);
    return answer;
  });
  const changes = { settings: { ec2_timeout: '7h' } };
  const written = setDefault(await contextOf(busy), changes, { note: '' });
  const message = `version ${other} has become it in place of ${before} meanwhile`;
  await expect(written).rejects.toMatchObject({ exitCode: 3, message: expect.stringContaining(message) });
  expect(await defaultNumber()).toBe(other);
});

test('without the right to tag, the default moves all the same, and what is lost is said', async () => {
  const ec2 = machine().ec2;
  const untagged = withSend(EC2Client, async (command: { constructor: { name: string } }) => {
    if (command.constructor.name !== 'CreateTagsCommand') return ec2.send(command as never);
    throw Object.assign(new Error('not you'), { name: 'UnauthorizedOperation' });
  });
  const changes = { settings: { ec2_timeout: '8h' } };
  const made = await setDefault(await contextOf(untagged), changes, { note: '' });
  expect(made.note).toMatch(/lambda-ec2:defaults could not be written.*not you/);
  expect(await defaultNumber()).toBe(made.result.version);
});

test('--try says how one job is started from the version', async () => {
  const { code, stdout, stderr } = await run('settings', 'set', 'app_main=tried.py', '--try');
  const version = /^version (\d+) is written/.exec(stdout)?.[1];
  expect(code).toBe(0);
  expect(stderr).toContain(`lambda-ec2 submit FILE.zip --settings-version ${version} --local\n`);
  expect(stderr).toContain(`app_runner/input/template=${version}/ID.zip`);
  expect(stderr).toContain(`lambda-ec2 settings use ${version} --local\n`);
});

test('prune shows what it would delete, and without a terminal refuses to', async () => {
  const version = await byHand({ InstanceType: 'm7i.large' }, 'nobody needs this');
  for (let newer = 0; newer < 6; newer++) await byHand({ InstanceType: 'm7i.large' });
  const young = await run('settings', 'prune');
  expect([young.code, young.stdout]).toEqual([0, expect.stringContaining('there is nothing to delete')]);
  let refused: Said;
  do refused = await run('settings', 'prune', '--older-than', '1s');
  while (!refused.stderr.includes(`${version}  `));
  expect([refused.code, refused.stdout]).toEqual([2, '']);
  expect(refused.stderr).toMatch(/^Nobody needs these versions any more:\n(.*\n)*.*nobody needs this\n/);
  expect(refused.stderr).toMatch(/There is no terminal to ask on: give -y/);
  expect((await run('settings', 'show', String(version))).code).toBe(0);
});

test('prune deletes what nobody needs, and the numbers of the rest stay', async () => {
  const version = await byHand({ InstanceType: 'm7i.large' }, 'nobody needs this');
  for (let newer = 0; newer < 6; newer++) await byHand({ InstanceType: 'm7i.large' });
  const before = await defaultNumber();
  const deleted: number[] = [];
  do {
    const { code, stdout } = await run('settings', 'prune', '--older-than', '1s', '--yes', '--json');
    const outcome = pruneJson.schema.parse(JSON.parse(stdout));
    expect([code, outcome.failed, outcome.deleted]).toEqual([0, [], outcome.planned]);
    expect(outcome.kept).toContainEqual({ version: before, why: 'it is the default' });
    deleted.push(...outcome.deleted);
  } while (!deleted.includes(version));
  expect((await run('settings', 'show', String(version))).code).toBe(5);
  expect(await defaultNumber()).toBe(before);
});

test.each([[], ['list'], ['show'], ['cancel']])(
  'bake %s with --local says how this machine bakes',
  async (...words) => {
    const { code, stdout, stderr } = await run('bake', ...words);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toBe('error: --local: this machine bakes with lambda-ec2 local bake; bake is for a stack\n');
  },
);

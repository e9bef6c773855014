import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { schema } from '../../cli/json/bake';
import type { Bake } from '../cli/bake-history';
import { aDeployedStack, type DeployedStack, NEW_IMAGE, OLD_IMAGE } from './deployed-stack';

const COMMAND = path.join(__dirname, '../../bin/lambda-ec2.js');

let stack: DeployedStack;
const children: ChildProcess[] = [];
beforeEach(async () => {
  stack = await aDeployedStack();
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await stack.close();
});

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** The command as a user would run it. */
function bake(args: string[], onError: (text: string, child: ChildProcess) => void = () => {}): Promise<Ended> {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, NO_COLOR: '1', ...stack.environment };
  const child = spawn(process.execPath, [COMMAND, 'bake', ...args, '--stack', 'jobs'], { env });
  children.push(child);
  const ended: Ended = { code: null, stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    ended.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    ended.stderr += text;
    onError(ended.stderr, child);
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ ...ended, code })));
}

const minute = (minutes: number) => new Date(Date.UTC(2026, 10, 20, 10, minutes)).toISOString();

/** A bake of last week that came out well. */
function earlierBake(): Bake {
  const earlier = stack.bakes.start('earlier', minute(0));
  Object.assign(earlier, { status: 'AVAILABLE', imageId: OLD_IMAGE });
  earlier.workflows.push(
    { type: 'BUILD', status: 'COMPLETED', startTime: minute(1), endTime: minute(13), steps: [] },
    { type: 'TEST', status: 'COMPLETED', startTime: minute(13), endTime: minute(18), steps: [] },
  );
  return earlier;
}

/** Lets a bake pass through states, from one to the next when it was looked at; a function is done between two. */
function passThrough(states: (Partial<Bake> | (() => Promise<void>))[]): void {
  stack.onShown = async (run) => {
    let state = states.shift();
    for (; typeof state === 'function'; state = states.shift()) await state();
    Object.assign(run, state);
  };
}

test('--wait follows a bake through its states to the image and the version that it became', async () => {
  earlierBake();
  passThrough([
    { status: 'BUILDING' },
    { status: 'TESTING' },
    () => stack.addVersion(NEW_IMAGE, true),
    { status: 'AVAILABLE', imageId: NEW_IMAGE },
  ]);
  const { code, stdout, stderr } = await bake(['--wait']);
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  expect(stderr).toMatch(/bake 1\.0\.0\/2 has begun; the last good one took 17 min 00 s\n/);
  expect(stderr).toMatch(
    /… BUILDING +runs the components and takes the image, usually 12 min 00 s\n✓ BUILDING +\d+ s\n/,
  );
  expect(stderr).toMatch(/… TESTING +starts the image and tests it, usually 5 min 00 s\n✓ TESTING/);
  expect(stdout).toBe(
    `bake 1.0.0/2: AVAILABLE\nimage    ${NEW_IMAGE}\nversion  2, the default: the next job starts from it\n`,
  );
});

test('--json gives the same as one object and nothing else on standard output', async () => {
  passThrough([() => stack.addVersion(NEW_IMAGE, false), { status: 'AVAILABLE', imageId: NEW_IMAGE }]);
  const { code, stdout } = await bake(['--wait', '--json']);
  expect(code).toBe(0);
  expect(schema.parse(JSON.parse(stdout))).toMatchObject({
    id: '1.0.0/1',
    status: 'AVAILABLE',
    image_id: NEW_IMAGE,
    template_version: { number: 2, is_default: false, default_number: 1 },
  });
});

const failed: Partial<Bake> = {
  status: 'FAILED',
  reason: 'SSM execution failed',
  workflows: [
    {
      type: 'BUILD',
      status: 'FAILED',
      startTime: minute(1),
      endTime: minute(2),
      steps: [
        { name: 'LaunchBuildInstance', action: 'LaunchInstance', status: 'COMPLETED' },
        { name: 'ApplyBuildComponents', action: 'ExecuteComponents', status: 'FAILED', message: 'python failed' },
      ],
    },
  ],
};

test('a bake that fails ends with the step, the end of its log, and exit status 1', async () => {
  const sentence = "system_packages: no package 'popler-utils' in Amazon Linux 2023";
  stack.logs.lines = [`Stderr: packages.sh: failed: ${sentence}\n`, 'exit status 1'];
  passThrough([{ status: 'BUILDING' }, failed]);
  const { code, stdout } = await bake(['--wait']);
  expect(code).toBe(1);
  expect(stdout).toBe(`bake 1.0.0/1: FAILED
failed   step ApplyBuildComponents of the build workflow: python failed
cause    ${sentence}
reason   SSM execution failed

the end of its log:
Stderr: packages.sh: failed: ${sentence}
exit status 1

nothing that runs has changed: jobs go on with the image they had
`);
  expect(stack.logs.asked).toEqual([
    { logGroupName: '/aws/imagebuilder/jobs', logStreamName: '1.0.0/1', limit: 200, startFromHead: false },
  ]);
});

test('a failed bake is one also when AWS does not tell why, in the words in which it does not', async () => {
  stack.denied.add('ListWorkflowExecutions').add('GetLogEvents');
  passThrough([{ status: 'BUILDING' }, failed]);
  const { code, stdout, stderr } = await bake(['--wait']);
  expect(stderr).not.toContain('error:');
  expect(code).toBe(1);
  expect(stdout).toBe(`bake 1.0.0/1: FAILED
reason   SSM execution failed
note     the step that failed could not be looked up: AccessDeniedException: not you
note     its log could not be looked up: AccessDeniedException: not you

nothing that runs has changed: jobs go on with the image they had
`);
});

test('an interrupt while the bake is being started says that there is one', async () => {
  stack.onStart = (run) => {
    run.status = 'BUILDING';
    for (const child of children) child.kill('SIGINT');
  };
  const { code, stderr } = await bake(['--wait']);
  expect([code, stderr]).toEqual([130, expect.stringContaining('error: interrupted: the bake 1.0.0/1 goes on; ')]);
});

test('an interrupted --wait leaves the bake running and says so', async () => {
  stack.onStart = (run) => {
    run.status = 'BUILDING';
  };
  const { code, stderr } = await bake(['--wait'], (text, child) => {
    if (text.includes('BUILDING') && !child.killed) child.kill('SIGINT');
  });
  expect(code).toBe(130);
  expect(stderr).toMatch(
    /error: interrupted: the bake 1\.0\.0\/1 goes on; lambda-ec2 bake show 1\.0\.0\/1 --stack jobs tells how it goes, lambda-ec2 bake cancel 1\.0\.0\/1 --stack jobs ends it\n$/,
  );
  expect(stack.bakes.all).toMatchObject([{ status: 'BUILDING' }]);
});

test('a --wait that gets no more answers says that the bake goes on, and does not count as a failed bake', async () => {
  stack.onStart = (run) => {
    run.status = 'BUILDING';
  };
  let closed: Promise<void> | undefined;
  const { code, stderr } = await bake(['--wait'], (text) => {
    if (text.includes('BUILDING')) closed ??= stack.close();
  });
  await closed;
  expect(stderr).toMatch(
    /error: the bake 1\.0\.0\/1 goes on, out of sight: .*; lambda-ec2 bake show 1\.0\.0\/1 --stack jobs tells/,
  );
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(code).toBe(3);
});

test.each(['list', 'show', 'cancel'])('--wait with %s is a mistake', async (command) => {
  stack.bakes.start('running');
  expect(await bake([command, '--wait'])).toMatchObject({
    code: 2,
    stderr: `error: --wait: bake ${command} waits for nothing; leave it out\n`,
  });
});

test('without --wait the bake begins and the command ends', async () => {
  const { code, stdout } = await bake([]);
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: 'bake 1.0.0/1 has begun; lambda-ec2 bake show 1.0.0/1 --stack jobs tells how it goes\n',
  });
  expect(stack.bakes.all).toMatchObject([{ status: 'PENDING' }]);
});

test('list shows all bakes, the newest first', async () => {
  earlierBake();
  Object.assign(stack.bakes.start('later', minute(90)), failed);
  const { code, stdout } = await bake(['list']);
  expect(code).toBe(0);
  expect(stdout).toBe(`1.0.0/2    2026-11-20T11:30  FAILED\n1.0.0/1    2026-11-20T10:00  AVAILABLE     ${OLD_IMAGE}\n`);
});

test('show tells of the newest bake, or of the one that is named', async () => {
  earlierBake();
  Object.assign(stack.bakes.start('later', minute(90)), failed);
  expect(await bake(['show'])).toMatchObject({ code: 1, stdout: expect.stringMatching(/^bake 1\.0\.0\/2: FAILED\n/) });
  expect(await bake(['show', '1.0.0/1', '--json'])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('"is_default": true'),
  });
});

test('cancel ends a bake that is under way, and refuses one that has ended', async () => {
  const running = stack.bakes.start('running');
  expect(await bake(['cancel'])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('the bake 1.0.0/1 is being cancelled'),
  });
  expect(running.status).toBe('CANCELLED');
  const next = stack.bakes.start('next');
  const { code, stdout } = await bake(['cancel', '--json']);
  expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ id: '1.0.0/2', cancelled: true })]);
  expect(next.status).toBe('CANCELLED');
  expect(await bake(['cancel', '1.0.0/1'])).toMatchObject({
    code: 2,
    stderr: 'error: the bake 1.0.0/1 has ended already: it is CANCELLED\n',
  });
});

test('a bake that there is not is one sentence', async () => {
  earlierBake();
  expect(await bake(['show', '9.9.9/9'])).toMatchObject({
    code: 5,
    stderr: 'error: there is no bake 9.9.9/9: lambda-ec2 bake list --stack jobs shows them\n',
  });
});

test('a stack that was never baked says how to begin', async () => {
  expect(await bake(['show'])).toMatchObject({
    code: 5,
    stderr: 'error: jobs was never baked: start with lambda-ec2 bake --wait --stack jobs\n',
  });
});

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { LaunchedInstance } from 'aws-emulator/ec2/host';
import { LocalInstanceHost } from '../../../local/instance/host';
import { instanceProcesses } from '../../../local/instance/instance-processes';
import { processes, processesThatShow } from '../../processes';
import { aBootUnit, aRoot, python, remove, until } from './local-instance';

const DAEMON = `(setsid bash -c 'trap "" TERM; while :; do sleep 0.2; done' daemon-of-$LAMBDA_EC2_INSTANCE_ID &) &`;
const ENDS = { unit: 'SuccessAction=poweroff\nFailureAction=poweroff' };

let image: string;
let host: LocalInstanceHost;
let imdsOpen: number;
let endings: string[];
afterEach(async () => {
  await host.close();
  expect(imdsOpen).toBe(0);
  // The kernel takes a moment to end who was killed.
  await until(() => processesThatShow(path.dirname(image)).length === 0);
  remove(image);
});

/** A host whose one image runs `main` at boot. */
async function aHost(main: string, sections: Parameters<typeof aBootUnit>[1] = {}, options: { keep?: boolean } = {}) {
  image = await aRoot({ units: aBootUnit('main', sections), scripts: { main } });
  mkdirSync(path.join(image, 'tmp'));
  [imdsOpen, endings] = [0, []];
  host = new LocalInstanceHost({
    stateDir: path.join(path.dirname(image), 'state'),
    endpointUrl: () => 'http://127.0.0.1:4566',
    startImds: async () => {
      imdsOpen++;
      return { url: 'http://127.0.0.1:4567/', close: async () => void imdsOpen-- };
    },
    onEnded: (id, reason) => endings.push(`${id} ${reason}`),
    toolsDir: '/nowhere',
    python,
    ...options,
  });
}

function anInstance(instanceId: string): LaunchedInstance {
  return { instanceId, imageId: 'ami-1', imageRootDir: image } as LaunchedInstance;
}

/** The oldest process of an instance whose command line holds these words. */
function markedProcess(instanceId: string, words: string): number | undefined {
  const marked = new Set(instanceProcesses(instanceId));
  const found = processes().filter((one) => marked.has(one.pid) && one.words.join(' ').includes(words));
  return found.map(({ pid }) => pid).sort((a, b) => a - b)[0];
}

const rootOf = (id: string) => path.join(path.dirname(image), 'state/instances', id, 'root');

test('an instance boots from a copy of its image, in an environment that holds nothing of ours but the network', async () => {
  process.env.PIP_INDEX_URL = 'https://index.example/simple';
  await aHost('env -0 | tr "\\0" "\\n" | sort; touch made-here', ENDS);

  await host.start(anInstance('i-1'));
  await until(() => endings.length === 1);
  delete process.env.PIP_INDEX_URL;

  const root = rootOf('i-1');
  expect(endings).toEqual(['i-1 shutdown']);
  const lines = (await host.consoleOutput('i-1')).split('\n').filter((line) => /^[A-Za-z_][A-Za-z_0-9]*=/.test(line));
  const environment = Object.fromEntries(lines.map((line) => line.split(/=(.*)/s)));
  expect(environment).toMatchObject({
    AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
    AWS_EC2_METADATA_SERVICE_ENDPOINT: 'http://127.0.0.1:4567/',
    HOME: path.join(root, 'root'),
    LANG: 'C.UTF-8',
    LAMBDA_EC2_INSTANCE_ID: 'i-1',
    PATH: `${root}/usr/local/sbin:/nowhere:/usr/bin:/bin`,
    PIP_INDEX_URL: 'https://index.example/simple',
    TMPDIR: path.join(root, 'tmp'),
  });
  expect(
    Object.keys(environment).filter((name) => /^AWS_(REGION|ACCESS|SECRET|PROFILE)|^NODE|^npm_|^JEST/.test(name)),
  ).toEqual([]);
  expect(existsSync(path.join(image, 'made-here'))).toBe(false);
});

test('after its end an instance leaves its console and nothing else', async () => {
  await aHost(`echo hello; ${DAEMON}`, ENDS);

  await host.start(anInstance('i-1'));
  await until(() => endings.length === 1);

  expect(readdirSync(path.dirname(rootOf('i-1')))).toEqual(['console.log']);
  expect(await host.consoleOutput('i-1')).toContain('hello\n');
  expect(instanceProcesses('i-1')).toEqual([]);
  expect(await host.consoleOutput('i-unknown')).toBe('');
});

test('the files of an instance stay when they are to be kept', async () => {
  await aHost('echo here >made-here', ENDS, { keep: true });

  await host.start(anInstance('i-1'));
  await until(() => endings.length === 1);

  expect(readFileSync(path.join(rootOf('i-1'), 'made-here'), 'utf8')).toBe('here\n');
});

test('stop resolves when nothing is left, lets the unit end in its own way and reports no end of its own', async () => {
  await aHost(`trap 'echo tidied; exit 1' TERM; ${DAEMON} echo up; while :; do sleep 0.05; done`);
  await host.start(anInstance('i-1'));
  await host.start(anInstance('i-2'));
  await Promise.all(['i-1', 'i-2'].map((id) => untilSaid(id, 'up')));

  await host.stop('i-1');

  expect(await host.consoleOutput('i-1')).toContain('tidied');
  expect(instanceProcesses('i-1')).toEqual([]);
  expect(instanceProcesses('i-2')).not.toEqual([]);
  await host.stop('i-1');
  expect(endings).toEqual([]);
});

test('an init that was killed counts as a fault of the host, and its processes are found all the same', async () => {
  await aHost(`${DAEMON} echo pid=$LAMBDA_EC2_INSTANCE_ID; sleep 60`);
  await host.start(anInstance('i-1'));
  await untilSaid('i-1', 'pid=');

  process.kill(markedProcess('i-1', 'init.py') as number, 'SIGKILL');
  await until(() => endings.length === 1);

  expect(endings).toEqual(['i-1 host-failure']);
  expect(instanceProcesses('i-1')).toEqual([]);
});

test('closing while a machine is being started leaves nothing of it, and starts no other', async () => {
  await aHost(`${DAEMON} sleep 60`);
  const starting = host.start(anInstance('i-1'));

  await host.close();

  await starting;
  expect(instanceProcesses('i-1')).toEqual([]);
  expect(existsSync(rootOf('i-1'))).toBe(false);
  await expect(host.start(anInstance('i-2'))).rejects.toThrow('no more instances');
});

test('an image without files is refused', async () => {
  await aHost('exit 0');

  await expect(host.start({ ...anInstance('i-1'), imageRootDir: '' })).rejects.toThrow('no files on this machine');
});

test('killing the program that hosts instances leaves no process of theirs', async () => {
  await aHost(`${DAEMON} trap '' TERM; while :; do sleep 1; done`);
  const tsNode = require.resolve('ts-node/dist/bin.js');
  const program = spawn(process.execPath, [tsNode, '--swc', path.join(__dirname, 'host-program.ts')], {
    env: { ...process.env, IMAGE: image, STATE: path.join(path.dirname(image), 'state') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const started = await new Promise((resolve) =>
    program.once('exit', resolve).stdout.once('data', () => resolve('started')),
  );
  expect(started).toBe('started');
  await until(() => markedProcess('i-killed', 'daemon-of') !== undefined);

  program.kill('SIGKILL');

  await until(() => instanceProcesses('i-killed').length === 0);
});

async function untilSaid(instanceId: string, text: string): Promise<void> {
  const file = path.join(path.dirname(rootOf(instanceId)), 'console.log');
  await until(() => existsSync(file) && readFileSync(file, 'utf8').includes(text));
}

import { packageOf } from '../attack';
import type { Action, Rule } from '../proxy';
import type { Promised, Row } from '../row';
import type { Scene } from '../scene';
import { INPUT, LOG, OUTPUT, STATUS } from './network';
import { notUnstarted, SUCCEEDS } from './promises';

/** A step of the job's way: what makes it last, and how one sees that it is under way. */
interface Step {
  name: string;
  row: Pick<Row, 's3' | 'repository' | 'wish'>;
  underWay: (scene: Scene) => Promise<void>;
  promised: Promised;
}

const HELD: Action = { delay: 4000 };
const held = (method: string, path: RegExp, more: Partial<Rule> = {}): Rule => ({ method, path, does: HELD, ...more });
const requested = (method: string, path: RegExp) => (scene: Scene) => scene.untilRequested(method, path);
const INTERRUPTED: Promised = { record: 'INTERRUPTED', files: ['status', 'log'], runs: 0 };
const WHILE_APP: Promised = { ...INTERRUPTED, runs: 1 };
const SLEEPS = 'say("waits")\nimport time\ntime.sleep(30)\n';

const STEPS: Step[] = [
  {
    name: 'before the claim',
    row: { s3: [{ method: 'PUT', path: STATUS, count: 1, does: 'hang' }] },
    underWay: requested('PUT', STATUS),
    // Nobody knows yet that the job is ours; the guard starts it again.
    promised: { record: ['none', 'INTERRUPTED'], files: [], orFiles: ['status', 'log'], runs: 0 },
  },
  {
    name: 'after the claim, before its answer',
    row: { s3: [{ method: 'PUT', path: STATUS, count: 1, does: 'lose' }, held('GET', STATUS, { count: 1 })] },
    underWay: requested('GET', STATUS),
    promised: INTERRUPTED,
  },
  {
    name: 'source',
    row: {
      repository: {
        files: {
          '.gitattributes': 'z-filtered filter=row\n',
          'a-filter.sh': 'cat; /usr/local/bin/tell waits; sleep 30\n',
          'z-filtered': 'filtered\n',
        },
      },
    },
    underWay: (scene) => scene.untilTold('waits'),
    promised: INTERRUPTED,
  },
  {
    name: 'environment',
    row: {
      repository: packageOf(
        `import subprocess\nsubprocess.run(["/usr/local/bin/tell", "waits"])\n${SLEEPS.split('\n').slice(1).join('\n')}`,
      ),
    },
    underWay: (scene) => scene.untilTold('waits'),
    promised: INTERRUPTED,
  },
  {
    name: 'input',
    row: { s3: [held('GET', INPUT, { does: { delay: 15_000 } })] },
    underWay: requested('GET', INPUT),
    promised: INTERRUPTED,
  },
  {
    name: 'app',
    row: { wish: 'import time; tell("waits"); time.sleep(3600)' },
    underWay: (scene) => scene.untilTold('waits'),
    promised: WHILE_APP,
  },
  {
    name: 'output',
    row: { s3: [held('PUT', OUTPUT)] },
    underWay: requested('PUT', OUTPUT),
    // Whoever comes after may find the app's whole output, and uploads it.
    promised: { record: ['SUCCEEDED', 'INTERRUPTED'], files: ['status', 'log'], orFiles: ['output'], runs: 1 },
  },
  {
    name: 'last log',
    row: { s3: [held('PUT', LOG, { after: 1 })] },
    underWay: async (scene) => {
      await scene.untilSaid('job succeeded');
      await scene.until(
        'the last log is sent',
        () => scene.first.s3.passed.filter(({ method, path }) => method === 'PUT' && LOG.test(path)).length > 1,
      );
    },
    promised: SUCCEEDS,
  },
  {
    name: 'final status',
    row: { s3: [held('PUT', STATUS, { after: 1 })] },
    underWay: async (scene) => {
      await scene.untilSaid('job succeeded');
      await scene.until(
        'the last status is sent',
        () => scene.first.s3.passed.at(-1)?.method === 'PUT' && STATUS.test(scene.first.s3.passed.at(-1)?.path ?? ''),
      );
    },
    promised: SUCCEEDS,
  },
];

const killed: Row[] = STEPS.map(({ name, row, underWay, promised }) => ({
  name: `runner killed (KILL): ${name}`,
  ...row,
  meanwhile: async (scene) => {
    await underWay(scene);
    scene.signalRunner('SIGKILL');
  },
  promised,
}));

const ended: Row[] = STEPS.filter(({ name }) => name !== 'before the claim').map(
  ({ name, row, underWay, promised }) => ({
    name: `powered off from outside: ${name}`,
    ...row,
    meanwhile: async (scene) => {
      await underWay(scene);
      scene.first.instance.run('systemctl', '--no-block', 'poweroff');
    },
    promised,
  }),
);

// A unit that does not stop is killed after TimeoutStopSec, and what the runner owed is done after that.
const STOP_SECONDS = 150;
const TIMEOUT = 20;

/** What a stopped runner owes is a record; who wrote it and what it knew is another question. */
const stuckPromise = (promised: Promised, seconds: number): Promised => ({
  ...promised,
  record: [promised.record].flat().concat('INTERRUPTED'),
  orFiles: [...(promised.orFiles ?? []), 'output'],
  files: promised.files.filter((file) => file !== 'output'),
  within: seconds + STOP_SECONDS + 30,
});

const HOLDS_ITSELF = ['before the claim', 'app', 'output', 'final status'];
/** The power-off comes at the deadline. */
const stuck: Row[] = STEPS.filter(({ name }) => HOLDS_ITSELF.includes(name)).map(
  ({ name, row, underWay, promised }) => ({
    name: `runner stopped (STOP) for good: ${name}`,
    ...row,
    settings: { ec2_timeout: `${TIMEOUT}s` },
    lasts: 370,
    meanwhile: async (scene) => {
      await underWay(scene);
      scene.signalRunner('SIGSTOP');
    },
    promised: stuckPromise(promised, TIMEOUT + 180),
  }),
);

/** The same without the wait for the deadline. */
const stuckAndOff: Row[] = STEPS.filter(({ name }) => !HOLDS_ITSELF.includes(name)).map(
  ({ name, row, underWay, promised }) => ({
    name: `runner stopped (STOP), then powered off from outside: ${name}`,
    ...row,
    lasts: 170,
    meanwhile: async (scene) => {
      await underWay(scene);
      scene.signalRunner('SIGSTOP');
      scene.first.instance.run('systemctl', '--no-block', 'poweroff');
    },
    promised: stuckPromise(promised, 30),
  }),
);

const held15 = async (scene: Scene) => {
  scene.signalRunner('SIGSTOP');
  await new Promise((resolve) => setTimeout(resolve, 15_000));
  scene.signalRunner('SIGCONT');
};

/** One that goes on after a while: the host was busy. */
const hiccups: Row[] = STEPS.filter(({ name }) => ['app', 'input', 'output', 'final status'].includes(name)).map(
  ({ name, row, underWay }) => ({
    name: `runner stopped (STOP) for 15 s: ${name}`,
    ...row,
    ...(name === 'app' && { wish: 'wait(); output()' }),
    lasts: 20,
    meanwhile: async (scene) => {
      await underWay(scene);
      await held15(scene);
      scene.release();
    },
    promised: SUCCEEDS,
  }),
);

const ofRunner = (scene: Scene, ...words: string[]) => {
  const [pid] = scene.first.instance.processes(...words);
  if (pid === undefined) throw new Error(`there is no process ${words.join(' ')}`);
  return pid;
};

const others: Row[] = [
  {
    name: 'systemd-run killed while the app runs',
    wish: 'wait(); output()',
    meanwhile: async (scene) => {
      await scene.untilTold('waits');
      process.kill(ofRunner(scene, 'systemd-run', '--unit=lambda-ec2-app.service'), 'SIGKILL');
      scene.release();
    },
    promised: {
      record: ['SUCCEEDED', 'INTERRUPTED', 'LOST', 'APP_FAILED'],
      files: ['status', 'log'],
      orFiles: ['output'],
      runs: 1,
      also: notUnstarted,
    },
  },
  {
    name: 'app killed by KILL from outside',
    wish: 'wait(); output()',
    meanwhile: async (scene) => {
      await scene.untilTold('waits');
      scene.first.instance.run('systemctl', 'kill', '--signal=KILL', 'lambda-ec2-app.service');
    },
    promised: { record: 'APP_FAILED', message: /KILL/, files: ['status', 'log'], runs: 1 },
  },
  {
    name: 'unit of the app stopped from outside',
    wish: 'wait(); output()',
    meanwhile: async (scene) => {
      await scene.untilTold('waits');
      scene.first.instance.run('systemctl', 'stop', 'lambda-ec2-app.service');
    },
    promised: { record: 'APP_FAILED', files: ['status', 'log'], runs: 1 },
  },
  {
    name: 'message bus stopped while the app runs',
    wish: 'wait(); output()',
    meanwhile: async (scene) => {
      await scene.untilTold('waits');
      scene.first.instance.run('systemctl', 'kill', '--signal=KILL', 'dbus.service');
      scene.release();
    },
    promised: SUCCEEDS,
  },
  {
    name: 'runner and power-off timer both gone: the timer of the image',
    wish: 'import time; tell("waits"); time.sleep(3600)',
    lasts: 170,
    meanwhile: async (scene) => {
      await scene.untilTold('waits');
      const { instance } = scene.first;
      scene.signalRunner('SIGSTOP');
      instance.run('systemctl', 'stop', 'lambda-ec2-power-off.timer');
      // As if the deadline had come.
      instance.run('sh', '-c', 'echo 0 >/run/lambda-ec2/power-off-at');
      instance.run('systemctl', '--no-block', 'start', 'lambda-ec2-deadline.service');
    },
    promised: { ...WHILE_APP, within: 30 + STOP_SECONDS + 30 },
  },
  ...(['', '--force --force'] as const).map(
    (how): Row => ({
      name: `machine restarted while the app runs${how ? ' without a word' : ''}`,
      machine: { keepsDisk: true },
      wish: 'import time; tell("waits"); time.sleep(3600)',
      meanwhile: async (scene) => {
        await scene.untilTold('waits');
        scene.first.instance.run('sh', '-c', `systemctl --no-block reboot ${how}`);
      },
      promised: {
        ...WHILE_APP,
        also: (scene) => (scene.first.instance.restarts === 1 ? undefined : 'the machine did not restart'),
      },
    }),
  ),
  {
    name: 'machine restarted at the output',
    machine: { keepsDisk: true },
    s3: [held('PUT', OUTPUT)],
    meanwhile: async (scene) => {
      await scene.untilRequested('PUT', OUTPUT);
      scene.first.instance.run('sh', '-c', 'systemctl --no-block reboot --force --force');
    },
    promised: { ...WHILE_APP, orFiles: ['output'] },
  },
];

export const KILLS: Row[] = [...killed, ...ended, ...stuck, ...stuckAndOff, ...hiccups, ...others];

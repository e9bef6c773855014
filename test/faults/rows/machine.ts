import { limitsMemory } from '../../boot/cgroup';
import { packageOf } from '../attack';
import type { Row } from '../row';
import type { Scene } from '../scene';
import { failsAfter, failsBefore, notUnstarted, SUCCEEDS } from './promises';

/** Leaves no room at all in a file system in memory. */
const fill = (scene: Scene, folder: string) =>
  scene.first.instance.run(
    'sh',
    '-c',
    `mount -o remount,size=1M ${folder}; cat /dev/zero >${folder}/filler 2>/dev/null || :`,
  );

const WAITS = 'wait(); output()';
const EATS = 'blocks = []\nwhile True: blocks.append(bytearray(__import__("os").urandom(1 << 20) * 16))';
/** Where the kernel limits no unit's memory each process has a limit of its own, and is told that there is no more. */
const HELD = limitsMemory ? {} : { addressSpaceMib: 1536 };

const run: Row[] = [
  {
    name: '/run is full before the claim',
    s3: [{ method: 'PUT', path: /_status\.json$/, count: 1, does: 'hang' }],
    meanwhile: async (scene) => {
      await scene.untilRequested('PUT', /_status\.json$/);
      fill(scene, '/run');
    },
    // systemd has no room for a unit.
    promised: failsBefore('LOST'),
  },
  {
    name: '/run is full while the app runs',
    wish: WAITS,
    meanwhile: async (scene) => {
      await scene.untilTold('waits');
      fill(scene, '/run');
      scene.release();
    },
    promised: { ...SUCCEEDS, also: notUnstarted },
  },
  {
    name: '/run is full and the runner killed while the app runs',
    wish: WAITS,
    meanwhile: async (scene) => {
      await scene.untilTold('waits');
      fill(scene, '/run');
      scene.signalRunner('SIGKILL');
    },
    promised: { record: ['INTERRUPTED', 'LOST'], files: ['status', 'log'], runs: 1 },
  },
  {
    name: '/run is full at the output',
    s3: [{ method: 'PUT', path: /output\/[^/]*\.zip$/, count: 1, does: { delay: 4000 } }],
    meanwhile: async (scene) => {
      await scene.untilRequested('PUT', /output\/[^/]*\.zip$/);
      fill(scene, '/run');
    },
    promised: SUCCEEDS,
  },
];

const disk: Row[] = [
  {
    name: 'disk filled by the app',
    wish: 'file = open("filler", "wb")\nwhile True: file.write(bytes(1 << 20))',
    promised: failsAfter('DISK_FULL'),
  },
  {
    name: 'disk filled by the app, which ends well without an output',
    wish: 'file = open("filler", "wb", 0)\ntry:\n    while True: file.write(bytes(1 << 16))\nexcept OSError: pass',
    promised: failsAfter('NO_OUTPUT', 'DISK_FULL'),
  },
  {
    name: 'disk filled by the app after its output',
    wish: 'output()\nfile = open("filler", "wb", 0)\ntry:\n    while True: file.write(bytes(1 << 16))\nexcept OSError: pass',
    promised: SUCCEEDS,
  },
  {
    name: 'disk filled by a build',
    repository: packageOf(
      'file = open("/var/lib/lambda-ec2/tmp/filler", "wb")\nwhile True: file.write(bytes(1 << 20))',
    ),
    promised: failsBefore('DISK_FULL'),
  },
  {
    name: 'disk filled by a file of the repository',
    repository: { script: 'git config core.compression 0; head -c 250M /dev/urandom >large' },
    promised: failsBefore('DISK_FULL'),
  },
  {
    name: '/dev/shm filled by the app',
    wish: 'wait()\nwith open("/dev/shm/filler", "wb") as file:\n    while True: file.write(bytes(1 << 20))',
    meanwhile: async (scene) => {
      await scene.untilTold('waits');
      scene.first.instance.run('mount', '-o', 'remount,size=4M', '/dev/shm');
      scene.release();
    },
    // The disk has room: a larger one would not help.
    promised: {
      ...failsAfter('DISK_FULL'),
      message: /\/dev\/shm is full, which is memory and not the disk/,
    },
  },
  {
    name: 'disk full, and the runner killed',
    wish: 'file = open("filler", "wb", 0)\ntry:\n    while True: file.write(bytes(1 << 16))\nexcept OSError: pass\nwait()',
    meanwhile: async (scene) => {
      await scene.untilTold('waits');
      scene.signalRunner('SIGKILL');
    },
    promised: failsAfter('INTERRUPTED', 'DISK_FULL'),
  },
];

const memory: Row[] = [
  {
    name: limitsMemory
      ? 'memory eaten by the app'
      : 'memory eaten by the app (held by its address space: no unit is limited here)',
    wish: EATS,
    machine: HELD,
    promised: failsAfter(limitsMemory ? 'OUT_OF_MEMORY' : 'APP_FAILED'),
  },
  {
    name: limitsMemory
      ? 'memory eaten by a build'
      : 'memory eaten by a build (held by its address space: no unit is limited here)',
    repository: packageOf(EATS),
    machine: HELD,
    promised: failsBefore('REQUIREMENTS_FAILED', 'OUT_OF_MEMORY'),
  },
  {
    name: 'no room in the memory of /tmp',
    wish: 'wait(); output()',
    meanwhile: async (scene) => {
      await scene.untilTold('waits');
      fill(scene, '/tmp');
      scene.release();
    },
    promised: SUCCEEDS,
  },
];

const image: Row[] = [
  {
    name: "the library of the runner's interpreter is broken",
    machine: { broken: ['/usr/lib/python3.11/json/__init__.py', '/usr/lib/python3.11/encodings/__init__.py'] },
    promised: failsBefore('LOST'),
  },
  {
    name: 'a module of the runner is broken',
    machine: { broken: ['/usr/lib/lambda-ec2/runner/output.py'] },
    promised: failsBefore('LOST', 'INTERRUPTED'),
  },
  {
    name: 'openssl does not run',
    machine: { broken: ['/usr/bin/openssl'] },
    promised: SUCCEEDS,
  },
];

export const MACHINE: Row[] = [...run, ...disk, ...memory, ...image];

import type { Row } from '../row';
import type { Scene } from '../scene';
import { OUTPUT, STATUS } from './network';
import { SUCCEEDS } from './promises';

/** Boots a second machine for the same upload, without faults on its way. */
const again = async (scene: Scene) => void (await scene.boot(scene.userData, {}));

/** A newer upload, and its machine. */
const newer = async (scene: Scene, wish = 'output("the newer")') => scene.boot(await scene.upload(wish), {});

/** The output that is there is that of an app that wrote this. */
const outputIs = (text: string) => async (scene: Scene) => {
  const versions = await scene.versions();
  const output = versions.find(({ key, isCurrent }) => isCurrent && key === scene.keys.output);
  // A zip of one stored member shows its text.
  return output?.body.includes(text) ? undefined : `the output is not that of "${text}"`;
};

export const TWICE: Row[] = [
  { name: 'two machines for one upload at the same moment', meanwhile: again, promised: SUCCEEDS },
  {
    name: 'two machines for one upload, the claim of the first without an answer',
    s3: [{ method: 'PUT', path: STATUS, count: 1, does: 'lose' }],
    meanwhile: again,
    promised: SUCCEEDS,
  },
  {
    name: 'two machines for one upload, the claim of the first late',
    s3: [{ method: 'PUT', path: STATUS, count: 1, does: { delay: 5000 } }],
    meanwhile: again,
    promised: SUCCEEDS,
  },
  {
    name: 'a second machine for the upload while the app runs',
    wish: 'wait(); output()',
    meanwhile: async (scene) => {
      await scene.untilTold('waits');
      await again(scene);
      await scene.machines[1]?.instance.off;
      scene.release();
    },
    promised: SUCCEEDS,
  },
  {
    name: 'a second machine for the upload after the first has ended',
    meanwhile: async (scene) => {
      await scene.first.instance.off;
      await again(scene);
    },
    promised: SUCCEEDS,
  },
  {
    name: 'a newer upload while the app runs',
    wish: 'wait(); output("the older")',
    meanwhile: async (scene) => {
      await scene.untilTold('waits');
      await newer(scene);
    },
    promised: { ...SUCCEEDS, runs: 2, also: outputIs('the newer') },
  },
  {
    name: "a newer upload whose app runs longer than the older one's",
    wish: 'wait(); output("the older")',
    meanwhile: async (scene) => {
      await scene.untilTold('waits');
      await newer(scene, 'import time; time.sleep(15); output("the newer")');
      scene.release();
    },
    promised: { ...SUCCEEDS, runs: 2, also: outputIs('the newer') },
  },
  {
    name: 'a newer upload while the older output is uploaded',
    wish: 'output("the older")',
    s3: [{ method: 'PUT', path: OUTPUT, count: 1, does: { delay: 8000 } }],
    meanwhile: async (scene) => {
      await scene.untilRequested('PUT', OUTPUT);
      await newer(scene);
    },
    promised: { ...SUCCEEDS, runs: 2, also: outputIs('the newer') },
  },
  {
    name: 'a newer upload while the older status is written',
    wish: 'output("the older")',
    s3: [{ method: 'PUT', path: STATUS, after: 1, count: 1, does: { delay: 8000 } }],
    meanwhile: async (scene) => {
      await scene.untilSaid('job succeeded');
      await newer(scene);
    },
    promised: { ...SUCCEEDS, runs: 2, also: outputIs('the newer') },
  },
  {
    name: 'a newer upload after the older has ended, and fails',
    wish: 'output("the older")',
    meanwhile: async (scene) => {
      await scene.first.instance.off;
      await newer(scene, 'sys.exit(4)');
    },
    promised: { record: 'APP_FAILED', files: ['status', 'log'], runs: 2 },
  },
  {
    name: "the older upload's machine comes after the newer one's",
    meanwhile: async (scene) => {
      await scene.first.instance.off;
      await scene.boot(scene.olderUserData(), {});
    },
    promised: SUCCEEDS,
  },
  {
    name: 'the runner is killed when a newer upload has taken over',
    wish: 'wait(); output("the older")',
    machine: { environment: { LAMBDA_EC2_LIVE_SECONDS: '600' } },
    meanwhile: async (scene) => {
      await scene.untilTold('waits');
      const { instance } = await newer(scene);
      await instance.off;
      scene.signalRunner('SIGKILL');
    },
    promised: { ...SUCCEEDS, runs: 2, also: outputIs('the newer') },
  },
];

import { outputKeys } from '../../contract/keys';
import { TEMPLATE_ID_TAG } from '../../contract/tags';
import type { InstanceFacts, Upload } from './history';
import { RULES, violations } from './invariants';
import { STACK } from './services';
import { World } from './world';

const HOUR = 3_600_000;

/** A world in which one job went well, with all that a case may change about it. */
interface Calm {
  world: World;
  upload: Upload;
  instance: InstanceFacts;
  keys: ReturnType<typeof outputKeys>;
}

async function calmWorld(): Promise<Calm> {
  const world = new World({ seed: 1, lives: 1, kinds: new Set() });
  await world.run();
  const [upload] = world.services.history.uploads as [Upload];
  const [instance] = upload.instances as [InstanceFacts];
  return { world, upload, instance, keys: outputKeys(upload.jobId) };
}

/** Has the final record say something else. */
const saying =
  (state: string, reason: string | null = null) =>
  ({ upload }: Calm) =>
    Object.assign(upload.records.at(-1) as object, { state, reason });

/** Of each rule: what is done to the calm world, as if it had happened, so that the rule is broken. */
const BROKEN: Readonly<Record<string, Readonly<Record<string, (calm: Calm) => unknown>>>> = {
  'one run': {
    'an app begins twice': ({ instance }) => instance.appBegan.push(0),
    'two instances run the same attempt': ({ upload, instance }) => upload.instances.push({ ...instance, id: 'i-2' }),
    'a second attempt of a job that goes well': ({ upload, instance }) => {
      instance.mishaps = [];
      upload.instances.push({ ...instance, id: 'i-2', attempt: 2 });
    },
    'an app begins after the success': ({ world, instance }) => {
      instance.appBegan = [world.now];
    },
  },
  'one instance for an attempt': {
    'a second one finds the job taken and ends': ({ upload, instance }) =>
      upload.instances.push({ ...instance, id: 'i-2', appBegan: [] }),
  },
  'a final record': {
    'there is none': ({ upload }) => {
      upload.records = [];
    },
    'the job waits for ever': saying('WAITING', 'NO_CAPACITY'),
  },
  'true records': {
    'a success without an output': ({ instance }) => {
      instance.output = undefined;
    },
    'an app failed that did not': saying('FAILED', 'APP_FAILED'),
    'no output where there is one': saying('FAILED', 'NO_OUTPUT'),
    'a time limit that was not over': saying('FAILED', 'TIMED_OUT'),
    'stopped by nobody': saying('FAILED', 'CANCELLED'),
    'interrupted by nothing': (calm) => {
      calm.instance.mishaps = [];
      saying('FAILED', 'INTERRUPTED')(calm);
    },
    'lost for no reason': (calm) => {
      calm.instance.mishaps = [];
      saying('FAILED', 'LOST')(calm);
    },
    'no capacity where EC2 refuses nothing': (calm) => {
      calm.instance.mishaps = [];
      calm.world.services.settings.maxRunning = 0;
      calm.upload.refusals.clear();
      saying('FAILED', 'NO_CAPACITY')(calm);
    },
    'no image where there is one': (calm) => {
      calm.upload.refusals.clear();
      saying('FAILED', 'NO_IMAGE')(calm);
    },
    'refused for the rate of requests alone': (calm) => {
      calm.instance.mishaps = [];
      calm.world.services.settings.maxReceiveCount = 1000;
      calm.upload.refusals.add('RequestLimitExceeded');
      saying('FAILED', 'LAUNCH_REFUSED')(calm);
    },
  },
  'no instance beyond its deadline': {
    'it ends an hour late': ({ instance }) => {
      instance.ended = instance.launched + instance.deadline + HOUR;
    },
    'it never ends': ({ instance }) => {
      instance.ended = undefined;
      instance.launched -= 100 * HOUR;
    },
  },
  'bounded spending': {
    'one attempt after the other': ({ world, upload, instance }) => {
      const whole = { ...instance, ended: instance.launched + instance.deadline };
      for (let attempt = 2; attempt < 12; attempt++) upload.instances.push({ ...whole, attempt });
      world.services.settings.attempts = 2;
    },
  },
  'comes to rest': {
    'a message is left': ({ world }) => {
      world.isQuiet = false;
    },
  },
  'no function fails for ever': {
    'the guard does': ({ world }) => world.services.history.note('failed', 'guard', new Error('a record is garbage')),
  },
  'one launch for a client token': {
    'the token of another upload': ({ world: { services } }) => {
      services.history.asked('token', 'may');
      services.history.asked('token', 'june');
    },
  },
  'its own outputs': {
    'an output of an earlier run': ({ world, keys }) => world.services.objects.put(keys.output, '', 'i-earlier'),
    "an app's log of an earlier run": ({ world, keys }) => {
      const written = world.services.objects.put(keys.appLog, '', 'i-earlier');
      if (written.status === 200) written.version.time = 0;
    },
    'no output': ({ world, keys }) => world.services.objects.delete(keys.output, 'somebody'),
    'no log': ({ world, keys }) => world.services.objects.delete(keys.ec2Log, 'somebody'),
    'a record that cannot be read': ({ world, keys }) => world.services.objects.put(keys.status, '{', 'guard-1'),
  },
  'the index is right': {
    'it has another state': ({ world: { services }, keys }) =>
      services.objects.put(keys.status, JSON.stringify({ state: 'FAILED', attempt: 1 }), 'guard-1'),
    'a job is under way for ever': ({ world }) =>
      world.services.objects.put('app_runner/index/open/may', '', 'metrics-1'),
  },
  'ends are told of': {
    'nobody is told': ({ world }) => world.services.history.ends.splice(0),
  },
  'missed runs of schedules are told of': {
    'one has no record': ({ world }) => world.services.history.missed.push('nightly/2026-01-01T02:00:00Z'),
  },
  'the default version can be launched': {
    'its image is gone, and there is another': ({ world: { services } }) => {
      const { images } = services.ec2;
      const [[id, image] = []] = images;
      if (id && image) images.set('ami-2', { ...image, id: 'ami-2' }).delete(id);
    },
  },
  'nothing of others touched': {
    'an instance that a person started by hand is ended': ({ world: { services } }) => {
      const { ec2, templateId } = services;
      const [byHand] = ec2.instances.visible([`lambda-ec2:stack=${STACK}`, `${TEMPLATE_ID_TAG}=${templateId}`]);
      if (byHand) ec2.terminate(byHand);
    },
    'an object beside its own is gone': ({ world }) =>
      world.services.objects.delete('app_runner/output-of-others/may.zip', 'guard-1'),
  },
  'no notes left': {
    'a tombstone': ({ world }) => world.services.objects.put('app_runner/guard/i-1.json', '{}', 'guard-1'),
  },
};

test('a world in which all goes well breaks no rule', async () => {
  expect(violations((await calmWorld()).world)).toEqual([]);
});

test('each rule has a case that breaks it', () => {
  expect(Object.keys(BROKEN)).toEqual(RULES);
});

describe.each(Object.entries(BROKEN))('%s', (rule, cases) => {
  test.each(Object.entries(cases))('%s', async (_, happen) => {
    const calm = await calmWorld();
    happen(calm);
    expect(violations(calm.world).map((one) => one.rule)).toContain(rule);
  });
});

import { APP_SETTINGS } from '../../../contract/app-settings';
import { COPIES, type Copies, TemplateWorld } from './template-world';

let world: TemplateWorld;
beforeEach(() => {
  world = new TemplateWorld('s1');
});

const latest = async () => Math.max(...(await world.state()).versions.map(({ number }) => number));
const bakeAndPublish = async (source: '$Default' | '$Latest' | '1' = '$Default') => {
  const imageId = world.bake(source);
  await world.publish({ origin: 'bake', imageId });
  return imageId;
};
const deployAndPublish = async (settings: string, previous: number) => {
  const version = world.deploy(settings);
  await world.publish({ origin: 'deploy', version, previous });
  return version;
};

test("Image Builder's own version becomes the default when it has the default's settings", async () => {
  const image = await bakeAndPublish('$Default');
  expect(await world.default()).toEqual({ number: 2, settings: 's1', image, launchable: true });
  expect(await latest()).toBe(2);
});

test('a candidate copied from the wrong version is passed over for one with the right settings', async () => {
  await bakeAndPublish();
  await deployAndPublish('s2', 1);
  const image = await bakeAndPublish('1');
  expect(await world.default()).toMatchObject({ settings: 's2', image });
  const { description } = await world.version(await latest());
  expect(description).toMatch(/^bake: settings of version \d+ with image ami-\d+$/);
});

test('a bake without a candidate is published all the same', async () => {
  const imageId = world.bake('$Default', { candidate: false });
  await world.publish({ origin: 'bake', imageId });
  expect(await world.default()).toMatchObject({ settings: 's1', image: imageId });
});

test('a deploy keeps the image of the last bake', async () => {
  const image = await bakeAndPublish();
  const version = await deployAndPublish('s2', 1);
  expect(await world.default()).toMatchObject({ settings: 's2', image });
  const { description } = await world.version(await latest());
  expect(description).toBe(`deploy: settings of version ${version} with the image of version 2`);
});

test('before the first bake a deploy has its settings made the default without an image', async () => {
  const version = await deployAndPublish('s2', 1);
  const copy = version + 1;
  expect(await world.default()).toEqual({ number: copy, settings: 's2', image: undefined, launchable: false });
  expect((await world.version(copy)).description).toBe(`deploy: settings of version ${version}, after version 1`);
  await world.publish({ origin: 'deploy', version, previous: 1 });
  expect(await latest()).toBe(copy);
  const image = await bakeAndPublish('1');
  expect(await world.default()).toMatchObject({ settings: 's2', image });
});

test('an override stands when a deploy changes no setting', async () => {
  await bakeAndPublish();
  world.moveDefault(world.operatorVersion('override', undefined));
  await deployAndPublish('s1', 1);
  expect(await world.default()).toMatchObject({ settings: 'override' });
});

test('a failed deploy restores the override that it had replaced', async () => {
  const image = await bakeAndPublish();
  world.moveDefault(world.operatorVersion('override', undefined));
  const undoes = await deployAndPublish('s2', 1);
  expect(await world.default()).toMatchObject({ settings: 's2' });
  const version = world.deploy('s1');
  await world.publish({ origin: 'rollback', version, undoes });
  expect(await world.default()).toMatchObject({ settings: 'override', image });
});

test('a failed deploy keeps the image that was baked in between', async () => {
  await bakeAndPublish();
  const undoes = await deployAndPublish('s2', 1);
  const image = await bakeAndPublish();
  await world.publish({ origin: 'rollback', version: world.deploy('s1'), undoes });
  expect(await world.default()).toMatchObject({ settings: 's1', image });
});

test('a failed deploy restores what stood when it took effect, not when its first try died', async () => {
  const image = await bakeAndPublish();
  world.moveDefault(world.operatorVersion('override', undefined));
  const undoes = world.deploy('s2');
  const event = { origin: 'deploy', version: undoes, previous: 1 } as const;
  expect(await world.publish(event, { atWrite: 2, after: false })).toBe(false);
  world.moveDefault(2);
  await world.publish(event);
  expect(await world.default()).toMatchObject({ settings: 's2' });
  await world.publish({ origin: 'rollback', version: world.deploy('s1'), undoes });
  expect(await world.default()).toMatchObject({ number: 2, settings: 's1', image });
});

test('a failed deploy restores what stood when it took effect, whichever try of it an operator has chosen since', async () => {
  await bakeAndPublish();
  world.moveDefault(world.operatorVersion('override', undefined));
  const undoes = world.deploy('s2');
  const event = { origin: 'deploy', version: undoes, previous: 1 } as const;
  expect(await world.publish(event, { atWrite: 2, after: false })).toBe(false);
  const firstTry = await latest();
  world.moveDefault(2);
  await world.publish(event);
  world.moveDefault(firstTry);
  await world.publish({ origin: 'rollback', version: world.deploy('s1'), undoes });
  expect(await world.default()).toMatchObject({ number: 2, settings: 's1' });
});

test('a failed deploy restores what stood when it took effect, also when that stood at its first try as well', async () => {
  await bakeAndPublish();
  world.moveDefault(world.operatorVersion('override', undefined));
  const override = await world.default();
  const undoes = world.deploy('s2');
  const event = { origin: 'deploy', version: undoes, previous: 1 } as const;
  await world.publish(event, { atWrite: 2, after: false });
  world.moveDefault(2);
  await world.publish(event, { atWrite: 2, after: false });
  world.moveDefault(override.number);
  await world.publish(event);
  await world.publish({ origin: 'rollback', version: world.deploy('s1'), undoes });
  expect(await world.default()).toEqual(override);
});

test("a failed deploy restores the override also when Image Builder's own version had become the default", async () => {
  await bakeAndPublish();
  world.moveDefault(world.operatorVersion('override', undefined));
  const undoes = world.deploy('s2');
  const image = world.bake('$Latest');
  await world.publish({ origin: 'deploy', version: undoes, previous: 1 });
  await world.publish({ origin: 'bake', imageId: image });
  expect(await world.default()).toMatchObject({ settings: 's2', image });
  await world.publish({ origin: 'rollback', version: world.deploy('s1'), undoes });
  expect(await world.default()).toMatchObject({ settings: 'override', image });
});

test('a deploy onto a default whose image is gone takes the newest image there is', async () => {
  const older = await bakeAndPublish();
  world.deleteImage(await bakeAndPublish());
  await deployAndPublish('s2', 1);
  expect(await world.default()).toMatchObject({ settings: 's2', image: older, launchable: true });
});

test.each(['FAILED', 'CANCELLED', 'TESTING'])(
  'an image that is gone is not replaced by that of a %s bake',
  async (status) => {
    const older = await bakeAndPublish();
    const gone = await bakeAndPublish();
    world.bake('$Default', { status });
    world.deleteImage(gone);
    await world.schedule();
    expect(await world.default()).toMatchObject({ settings: 's1', image: older, launchable: true });
  },
);

test('settings wait rather than get the image of a bake that has failed', async () => {
  const gone = await bakeAndPublish();
  world.bake('$Default', { status: 'FAILED' });
  world.deleteImage(gone);
  await world.schedule();
  expect(await world.default()).toMatchObject({ settings: 's1', image: gone, launchable: false });
  await deployAndPublish('s2', 1);
  expect(await world.default()).toMatchObject({ settings: 's2', image: undefined, launchable: false });
});

test('the image of a deploy that was taken back takes the place of one that is gone only if there is no other', async () => {
  const older = await bakeAndPublish();
  const gone = await bakeAndPublish();
  world.recipe = 1;
  const undone = world.bake('$Default');
  world.recipe = 0;
  await world.publish({ origin: 'bake', imageId: undone });
  world.deleteImage(gone);
  await world.schedule();
  expect(await world.default()).toMatchObject({ settings: 's1', image: older, launchable: true });
  world.deleteImage(older);
  await world.schedule();
  expect(await world.default()).toMatchObject({ settings: 's1', image: undone, launchable: true });
});

test('the roll-back of a deploy that never took effect does nothing', async () => {
  await bakeAndPublish();
  const before = await world.default();
  const undoes = world.deploy('s2');
  await world.publish({ origin: 'rollback', version: world.deploy('s1'), undoes });
  expect(await world.default()).toEqual(before);
});

test('events of bakes in the wrong order end at the newest image', async () => {
  const older = world.bake('$Default');
  const newer = world.bake('$Default');
  await world.publish({ origin: 'bake', imageId: newer });
  await world.publish({ origin: 'bake', imageId: older });
  expect(await world.default()).toMatchObject({ image: newer });
});

test('the bake of a deploy that was taken back is passed over', async () => {
  const image = await bakeAndPublish();
  world.recipe = 1;
  const undone = world.bake('$Default');
  world.recipe = 0;
  await world.publish({ origin: 'bake', imageId: undone });
  expect(await world.default()).toMatchObject({ image });
  expect(world.missedBake()).toBeUndefined();
});

test('bakes go on after a deploy was taken back whose bake had been published', async () => {
  await bakeAndPublish();
  world.recipe = 1;
  const undone = await bakeAndPublish();
  expect(await world.default()).toMatchObject({ image: undone });
  world.recipe = 0;
  for (let round = 1; round <= 2; round++) {
    const image = await bakeAndPublish();
    expect(await world.default()).toMatchObject({ image });
  }
});

test('the schedule publishes the newest bake when its event was lost', async () => {
  await bakeAndPublish();
  world.bake('$Default');
  const image = world.bake('1');
  world.bake('$Default', { status: 'FAILED' });
  await world.schedule();
  expect(await world.default()).toMatchObject({ settings: 's1', image });
});

test("the schedule never takes an operator's roll-back to an older image back", async () => {
  const older = await bakeAndPublish();
  const { number } = await world.default();
  await bakeAndPublish();
  world.moveDefault(number);
  await world.schedule();
  expect(await world.default()).toMatchObject({ number, image: older });
  const image = world.bake('$Default');
  await world.schedule();
  expect(await world.default()).toMatchObject({ image });
});

test("a bake's event that comes once more does not take an operator's roll-back back", async () => {
  const older = await bakeAndPublish();
  const { number } = await world.default();
  const newer = await bakeAndPublish();
  world.moveDefault(number);
  await world.publish({ origin: 'bake', imageId: newer });
  expect(await world.default()).toMatchObject({ number, image: older });
});

test('a bake whose publisher died before it could mark it is marked by the schedule', async () => {
  const imageId = world.bake('$Default');
  expect(await world.publish({ origin: 'bake', imageId }, { atWrite: 2, after: false })).toBe(false);
  expect(await world.default()).toMatchObject({ image: imageId });
  expect(world.missedBake()).toBe(imageId);
  await world.schedule();
  expect(world.missedBake()).toBeUndefined();
});

test('the schedule publishes the newest bake that still has its image, whose event came too early', async () => {
  world.baked = { architecture: 'arm64' };
  const image = world.bake('$Default', { candidate: false });
  await world.publish({ origin: 'bake', imageId: image });
  const gone = world.bake('$Default', { candidate: false });
  world.deleteImage(gone);
  await world.publish({ origin: 'bake', imageId: gone });
  await deployAndPublish('s2g', 1);
  await world.schedule();
  expect(await world.default()).toMatchObject({ settings: 's2g', image, launchable: true });
});

test('the image of a bake that is gone again changes nothing', async () => {
  const image = await bakeAndPublish();
  const gone = world.bake('$Default');
  world.deleteImage(gone);
  await world.publish({ origin: 'bake', imageId: gone });
  expect(await world.default()).toMatchObject({ image });
});

test("a default version without an image that exists is mended, with the operator's settings", async () => {
  const image = await bakeAndPublish();
  world.moveDefault(world.operatorVersion('override', 'ami-0fffffffffffffff0'));
  expect(await world.default()).toMatchObject({ launchable: false });
  await world.publish({ origin: 'operator' });
  expect(await world.default()).toMatchObject({ settings: 'override', image, launchable: true });
});

test("an operator's own image and roll-back are left alone by the schedule", async () => {
  await bakeAndPublish();
  await bakeAndPublish();
  world.moveDefault(2);
  await world.publish({ origin: 'operator' });
  expect(await world.default()).toMatchObject({ number: 2 });
  world.moveDefault(world.operatorVersion(undefined, world.newImage()));
  const own = await world.default();
  await world.publish({ origin: 'operator' });
  expect(await world.default()).toEqual(own);
});

test("CloudFormation's version is found when another writer added one before its number was read", async () => {
  await bakeAndPublish();
  world.deploy('s2');
  world.bake('1');
  await world.publish({ origin: 'deploy', version: await latest(), previous: 1 });
  expect(await world.default()).toMatchObject({ settings: 's2' });
});

test('a publisher that died between its two calls is finished without a further version', async () => {
  await bakeAndPublish();
  const version = world.deploy('s2');
  const event = { origin: 'deploy', version, previous: 1 } as const;
  expect(await world.publish(event, { atWrite: 2, after: false })).toBe(false);
  const written = await latest();
  expect(await world.publish(event)).toBe(true);
  expect(await world.default()).toMatchObject({ number: written, settings: 's2' });
});

test('a version whose creation was not heard of is not made twice', async () => {
  await bakeAndPublish();
  const version = world.deploy('s2');
  const event = { origin: 'deploy', version, previous: 1 } as const;
  expect(await world.publish(event, { atWrite: 1, after: true })).toBe(false);
  await world.publish(event);
  expect(await latest()).toBe(version + 1);
});

test('a template with more versions than a page is read whole', async () => {
  for (let number = 2; number <= 205; number++) world.deploy(`s${number}`);
  const image = await bakeAndPublish('1');
  expect((await world.state()).versions).toHaveLength(206);
  expect(await world.default()).toMatchObject({ number: 206, settings: 's1', image });
});

describe('settings that no image suits', () => {
  // An instance type of Graviton's, by its name.
  const ARM = 's2g';

  test.each([
    ['another architecture', () => world.deploy(ARM), { architecture: 'arm64' as const }, ARM],
    ['another Python', () => world.deploy('s2', { python_version: '3.11' }), { pythonVersion: '3.11' }, 's2'],
    [
      'packages of the distribution that it lacks',
      () => world.deploy('s2', { system_packages: 'libgomp poppler-utils' }),
      { pythonVersion: '3.6', systemPackages: 'libgomp poppler-utils' },
      's2',
    ],
  ])('of %s stand without one until their bake, and jobs wait', async (_, deploy, baked, settings) => {
    world.baked = { architecture: 'x86_64', pythonVersion: '3.6' };
    const older = await bakeAndPublish();
    const version = deploy();
    await world.publish({ origin: 'deploy', version, previous: 1 });
    const waiting = { number: version + 1, settings, image: undefined, launchable: false };
    expect(await world.default()).toEqual(waiting);
    // Neither the schedule nor a bake of the old recipe puts in what does not suit.
    await world.schedule();
    expect(await world.default()).toEqual(waiting);
    world.recipe = 1;
    world.baked = baked;
    const image = world.bake('1');
    await world.publish({ origin: 'bake', imageId: image });
    expect(await world.default()).toMatchObject({ settings, image, launchable: true });
    expect(image).not.toBe(older);
  });

  test('get an image that was baked before they took effect', async () => {
    await bakeAndPublish();
    world.baked = { architecture: 'arm64' };
    const image = world.bake('$Default', { candidate: false });
    await world.publish({ origin: 'bake', imageId: image });
    expect(await world.default()).toMatchObject({ settings: 's1', launchable: true });
    await deployAndPublish(ARM, 1);
    await world.schedule();
    expect(await world.default()).toMatchObject({ settings: ARM, image, launchable: true });
  });

  test('and an image that has more packages than they name suits them', async () => {
    world.baked = { pythonVersion: '3.6', systemPackages: 'libgomp poppler-utils' };
    const image = await bakeAndPublish();
    const version = world.deploy('s2', { system_packages: 'poppler-utils' });
    await world.publish({ origin: 'deploy', version, previous: 1 });
    expect(await world.default()).toMatchObject({ settings: 's2', image, launchable: true });
  });

  test('are taken back with the image that stood before', async () => {
    const image = await bakeAndPublish();
    const undoes = await deployAndPublish(ARM, 1);
    await world.publish({ origin: 'rollback', version: world.deploy('s1'), undoes });
    expect(await world.default()).toMatchObject({ settings: 's1', image, launchable: true });
  });

  test.each([
    ['another architecture', () => world.deploy(ARM)],
    ['another Python', () => world.deploy('s2', { python_version: '3.11' })],
    ['a package of the distribution', () => world.deploy('s2', { system_packages: 'libgomp' })],
  ])('of %s are taken back with the image that an operator had chosen', async (_, deploy) => {
    world.baked = { architecture: 'x86_64', pythonVersion: APP_SETTINGS.python_version.default };
    const older = await bakeAndPublish();
    const { number } = await world.default();
    await bakeAndPublish();
    world.moveDefault(number);
    const undoes = deploy();
    await world.publish({ origin: 'deploy', version: undoes, previous: 1 });
    expect(await world.default()).toMatchObject({ launchable: false });
    await world.publish({ origin: 'rollback', version: world.deploy('s1'), undoes });
    expect(await world.default()).toEqual({ number, settings: 's1', image: older, launchable: true });
  });

  test('are taken back without the image that an operator has given them and that cannot start with them', async () => {
    const undoes = await deployAndPublish(ARM, 1);
    world.baked = { architecture: 'x86_64' };
    world.bake('$Default', { status: 'FAILED' });
    world.moveDefault(await latest());
    await world.publish({ origin: 'rollback', version: world.deploy('s1'), undoes });
    expect(await world.default()).toEqual({ number: 1, settings: 's1', image: undefined, launchable: false });
  });

  test('are taken back with the newest image when the one before them is gone', async () => {
    const older = await bakeAndPublish();
    const gone = await bakeAndPublish();
    const undoes = await deployAndPublish(ARM, 1);
    world.deleteImage(gone);
    await world.publish({ origin: 'rollback', version: world.deploy('s1'), undoes });
    expect(await world.default()).toMatchObject({ settings: 's1', image: older, launchable: true });
  });

  test('are taken back with the override that stood before', async () => {
    const image = await bakeAndPublish();
    const number = world.operatorVersion('override', undefined);
    world.moveDefault(number);
    const undoes = await deployAndPublish(ARM, 1);
    await world.publish({ origin: 'rollback', version: world.deploy('s1'), undoes });
    expect(await world.default()).toEqual({ number, settings: 'override', image, launchable: true });
  });

  test('get the image that suits them when there is one from before', async () => {
    world.baked = { architecture: 'arm64' };
    world.moveDefault(world.deploy(ARM));
    const image = await bakeAndPublish();
    world.baked = {};
    world.recipe = 1;
    await deployAndPublish('s3', 2);
    await bakeAndPublish();
    await deployAndPublish('s4g', 4);
    expect(await world.default()).toMatchObject({ settings: 's4g', image, launchable: true });
  });

  test("by an operator's hand are not given an image that cannot start with them", async () => {
    await bakeAndPublish();
    const number = world.operatorVersion(ARM, undefined);
    world.moveDefault(number);
    expect(await world.default()).toMatchObject({ launchable: false });
    await bakeAndPublish();
    await world.schedule();
    expect(await world.default()).toMatchObject({ number });
  });

  test('of another Python by an operator keep getting new images: it may be one of the distribution', async () => {
    world.baked = { pythonVersion: '3.6' };
    await bakeAndPublish();
    world.moveDefault(world.deploy('s2', { python_version: '3.9' }));
    const image = await bakeAndPublish();
    expect(await world.default()).toMatchObject({ settings: 's2', image, launchable: true });
  });
});

describe.each(Object.keys(COPIES) as Copies[])('when copies of a version %s', (copies) => {
  beforeEach(() => {
    world = new TemplateWorld('s1', copies);
  });
  /** The versions that an event wrote; once it is repeated as well. */
  const writtenFor = async (event: Parameters<TemplateWorld['publish']>[0]) => {
    const before = await latest();
    await world.publish(event);
    await world.publish(event);
    return (await latest()) - before;
  };

  test('a deploy writes one version', async () => {
    const image = await bakeAndPublish();
    const version = world.deploy('s2');
    expect(await writtenFor({ origin: 'deploy', version, previous: 1 })).toBe(1);
    expect(await world.default()).toEqual({ number: version + 1, settings: 's2', image, launchable: true });
    await world.schedule();
    expect(await latest()).toBe(version + 1);
  });

  test('a deploy before the first bake writes one version', async () => {
    const version = world.deploy('s2');
    expect(await writtenFor({ origin: 'deploy', version, previous: 1 })).toBe(1);
    expect(await world.default()).toMatchObject({ settings: 's2', launchable: false });
  });

  test('a deploy that was followed stays so after a bake, however often it is told', async () => {
    await bakeAndPublish();
    const version = await deployAndPublish('s2', 1);
    const image = await bakeAndPublish('1');
    expect(await writtenFor({ origin: 'deploy', version, previous: 1 })).toBe(0);
    expect(await world.default()).toMatchObject({ settings: 's2', image });
  });

  test('the roll-back of a deploy writes one version at most, and restores the override', async () => {
    await bakeAndPublish();
    world.moveDefault(world.operatorVersion('override', undefined));
    const undoes = await deployAndPublish('s2', 1);
    const image = await bakeAndPublish();
    const version = world.deploy('s1');
    expect(await writtenFor({ origin: 'rollback', version, undoes })).toBe(1);
    expect(await world.default()).toMatchObject({ settings: 'override', image, launchable: true });
  });

  test("the roll-back of a deploy whose copy is an operator's choice of Image Builder's own is a roll-back too", async () => {
    const image = await bakeAndPublish();
    const undoes = await deployAndPublish('s2', 1);
    world.bake('$Default', { status: 'TESTING' });
    world.moveDefault(await latest());
    await world.publish({ origin: 'rollback', version: world.deploy('s1'), undoes });
    expect(await world.default()).toMatchObject({ settings: 's1', launchable: true });
    expect(image).toBeDefined();
  });

  test('a bake and a mended default write one version each', async () => {
    const first = world.bake('$Default');
    const gone = world.bake('1');
    expect(await writtenFor({ origin: 'bake', imageId: gone })).toBeLessThanOrEqual(1);
    world.deleteImage(gone);
    expect(await writtenFor({ origin: 'operator' })).toBeLessThanOrEqual(1);
    expect(await world.default()).toMatchObject({ settings: 's1', image: first, launchable: true });
  });

  test.each(['bake', 'deploy', 'rollback', 'operator'] as const)(
    'a publisher that died between its two calls for a %s is finished without a further version',
    async (origin) => {
      const image = await bakeAndPublish();
      const undoes = world.deploy('s2');
      const deploy = { origin: 'deploy', version: undoes, previous: 1 } as const;
      if (origin === 'rollback') {
        await world.publish(deploy);
        await bakeAndPublish();
      }
      if (origin === 'operator') world.moveDefault(world.operatorVersion('s3', 'ami-0fffffffffffffff0'));
      const events = {
        bake: () => ({ origin, imageId: world.bake('1', { candidate: false }) }),
        deploy: () => deploy,
        rollback: () => ({ origin, version: world.deploy('s1'), undoes }),
        operator: () => ({ origin }),
      };
      const event = events[origin]() as Parameters<TemplateWorld['publish']>[0];
      expect(await world.publish(event, { atWrite: 2, after: false })).toBe(false);
      const written = await latest();
      expect(await world.publish(event)).toBe(true);
      expect(await latest()).toBe(written);
      expect(await world.default()).toMatchObject({ number: written, launchable: true });
      expect(image).toBeDefined();
    },
  );
});

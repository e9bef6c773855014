import { TemplateWorld } from './template-world';

let world: TemplateWorld;
beforeEach(() => {
  world = new TemplateWorld('s1');
});
afterEach(() => world.close());

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

test('before the first bake a deploy makes its own version the default', async () => {
  const version = await deployAndPublish('s2', 1);
  expect(await world.default()).toEqual({ number: version, settings: 's2', image: undefined, launchable: false });
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

test('a bake whose publisher died before it could mark it is marked by the schedule', async () => {
  const imageId = world.bake('$Default');
  expect(await world.publish({ origin: 'bake', imageId }, { atWrite: 2, after: false })).toBe(false);
  expect(await world.default()).toMatchObject({ image: imageId });
  expect(world.missedBake()).toBe(imageId);
  await world.schedule();
  expect(world.missedBake()).toBeUndefined();
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

import { publish } from '../../../lambda/publish/publish';
import { TemplateWorld } from './template-world';
import { watchedPublisher } from './watched-publisher';

let world: TemplateWorld;
beforeEach(() => {
  world = new TemplateWorld('s1');
});

/** What EC2 says when somebody else has moved the default. */
const OTHER_DEFAULT = { LaunchTemplates: [{ DefaultVersionNumber: 99 }] };

test('what a bake leads to is said as a sentence, logged and asked of EC2', async () => {
  const imageId = world.bake('$Default');
  const { publisher, inputs, events, pauses } = watchedPublisher(world);
  expect(await publish(publisher, { origin: 'bake', imageId })).toEqual({
    done: ['version 2 is the default: it is version 1 with the new image'],
    later: false,
  });
  expect(inputs('DescribeLaunchTemplates')).toEqual([{ LaunchTemplateIds: [world.templateId] }]);
  expect(inputs('ModifyLaunchTemplate')).toEqual([{ LaunchTemplateId: world.templateId, DefaultVersion: '2' }]);
  expect(inputs('CreateLaunchTemplateVersion')).toEqual([]);
  expect(events).toMatchObject([
    ['info action.decided', { incoming: { imageId }, defaultVersion: 1, action: { kind: 'setDefault', version: 2 } }],
    ['info action.decided', { incoming: { imageId }, defaultVersion: 2, action: { kind: 'none' } }],
  ]);
  expect(pauses).toEqual([]);
});

test('a version that has to be written is a copy with the image, under a token of its content', async () => {
  const imageId = world.bake('$Default', { candidate: false });
  const { publisher, inputs, events } = watchedPublisher(world);
  const description = `bake: settings of version 1 with image ${imageId}`;
  const { done } = await publish(publisher, { origin: 'bake', imageId }, { imageId, buildArn: world.arnOf(imageId) });
  expect(done).toEqual([`version 2 is the default: ${description}`]);
  expect(inputs('CreateLaunchTemplateVersion')).toEqual([
    {
      LaunchTemplateId: world.templateId,
      SourceVersion: '1',
      VersionDescription: description,
      LaunchTemplateData: { ImageId: imageId },
      ClientToken: expect.stringMatching(/^[0-9a-f]{64}$/),
    },
  ]);
  expect(events.map(([event]) => event)).toEqual(['info action.decided', 'info action.decided']);
});

test.each([
  ['s2', { InstanceType: 's2' }],
  ['', { InstanceInitiatedShutdownBehavior: 'terminate' }],
])('a copy without an image of settings with the instance type "%s" says one of them again', async (settings, data) => {
  const version = world.deploy(settings);
  const { publisher, inputs } = watchedPublisher(world);
  await publish(publisher, { origin: 'deploy', version, previous: 1 });
  expect(inputs('CreateLaunchTemplateVersion')).toMatchObject([{ SourceVersion: '2', LaunchTemplateData: data }]);
});

test('a warning of EC2 in which something is missing is logged all the same', async () => {
  const { publisher, events } = watchedPublisher(world, {
    CreateLaunchTemplateVersion: (answer) => ({ ...answer, Warning: { Errors: [{}] } }),
  });
  await publish(publisher, { origin: 'deploy', version: world.deploy('s2'), previous: 1 });
  expect(events.filter(([event]) => event.startsWith('warn'))).toEqual([
    ['warn version.warned', { version: 3, error: { name: 'Warning', message: '' } }],
  ]);
});

test.each([
  ['another version as the default', OTHER_DEFAULT],
  ['no template', {}],
  ['an empty list', { LaunchTemplates: [] }],
])('while EC2 shows %s the default is not moved, and after eight rounds that is an error', async (_what, shown) => {
  const imageId = world.bake('$Default');
  const { publisher, inputs, events, pauses } = watchedPublisher(world, { DescribeLaunchTemplates: () => shown });
  await expect(publish(publisher, { origin: 'bake', imageId })).rejects.toThrow(
    `the default version of launch template ${world.templateId} keeps changing; what was left to do: make version 2 the default`,
  );
  expect(inputs('ModifyLaunchTemplate')).toEqual([]);
  expect(events).toHaveLength(8);
  expect(pauses).toEqual([1_000, ...Array(6).fill(2_000)]);
});

test('a version that was written anew each time is what was left to do', async () => {
  const imageId = world.bake('$Default', { candidate: false });
  const { publisher } = watchedPublisher(world, {
    DescribeLaunchTemplates: () => OTHER_DEFAULT,
    // EC2 does not show yet what was written.
    DescribeLaunchTemplateVersions: (answer) => ({
      LaunchTemplateVersions: (answer as { LaunchTemplateVersions: object[] }).LaunchTemplateVersions.slice(-1),
    }),
  });
  const baked = { imageId, buildArn: world.arnOf(imageId) };
  await expect(publish(publisher, { origin: 'bake', imageId }, baked)).rejects.toThrow(
    `what was left to do: bake: settings of version 1 with image ${imageId}`,
  );
});

test('a default that is moved in between is decided anew, and only what was done is told', async () => {
  const imageId = world.bake('$Default');
  const answers = [OTHER_DEFAULT];
  const { publisher, events } = watchedPublisher(world, {
    DescribeLaunchTemplates: (answer) => answers.shift() ?? answer,
  });
  expect((await publish(publisher, { origin: 'bake', imageId })).done).toHaveLength(1);
  expect(events).toHaveLength(3);
});

test('when Image Builder does not answer, a default that cannot be launched is mended all the same', async () => {
  const imageId = world.bake('$Default');
  const { publisher, events } = watchedPublisher(world);
  publisher.bakes = { ...world.bakes, list: () => Promise.reject(new Error('no answer')) };
  const { done } = await publish(publisher, { origin: 'operator' });
  expect(done).toEqual(['version 2 is the default: it is version 1 with an image']);
  expect(await world.default()).toMatchObject({ image: imageId, launchable: true });
  expect(events[0]).toMatchObject(['warn pipeline.read_failed', { error: { message: 'no answer' } }]);
});

test('when Image Builder does not answer, an event that comes again is left for that', async () => {
  const imageId = world.bake('$Default');
  const { publisher, events } = watchedPublisher(world);
  publisher.bakes = { ...world.bakes, currentRecipe: () => Promise.reject(new Error('no answer')) };
  await expect(publish(publisher, { origin: 'bake', imageId })).rejects.toThrow('no answer');
  await expect(publish(publisher, { origin: 'deploy', version: 1 })).rejects.toThrow('no answer');
  expect(events).toEqual([]);
});

import { publishBake, publishMissedBake } from '../../../lambda/publish/publish-bake';
import { IMAGES, RECIPES } from './fixture';
import { TemplateWorld } from './template-world';
import { watchedPublisher } from './watched-publisher';

let world: TemplateWorld;
beforeEach(() => {
  world = new TemplateWorld('m7i.large');
});

/** What the publisher logs beside its decisions. */
const publishedLines = ({ events }: ReturnType<typeof watchedPublisher>) =>
  events.filter(([event]) => event !== 'info action.decided');

test('a bake that is published is marked as handled, and passed over when its event comes again', async () => {
  const imageId = world.bake('$Default');
  const buildArn = world.arnOf(imageId);
  const watched = watchedPublisher(world);
  await publishBake(watched.publisher, buildArn);
  expect(world.isHandled(imageId)).toBe(true);
  await publishBake(watched.publisher, buildArn);
  expect(publishedLines(watched)).toEqual([
    ['info bake.published', { buildArn, imageId, done: [expect.stringContaining('version 2 is the default')] }],
    ['info bake.skipped', { buildArn, why: 'it was handled before' }],
  ]);
});

test('a bake that is gone is passed over with a warning', async () => {
  const watched = watchedPublisher(world);
  await publishBake(watched.publisher, `${IMAGES}1.0.0/9`);
  expect(watched.events).toMatchObject([['warn bake.skipped', { buildArn: `${IMAGES}1.0.0/9` }]]);
});

test('a bake of another recipe is marked as handled without being published', async () => {
  const imageId = world.bake('$Default');
  world.recipe = 1;
  const watched = watchedPublisher(world);
  await publishBake(watched.publisher, world.arnOf(imageId));
  expect(watched.events).toMatchObject([
    ['warn bake.skipped', { recipeArn: `${RECIPES}1.0.0`, currentRecipe: `${RECIPES}1.0.1` }],
  ]);
  expect(world.isHandled(imageId)).toBe(true);
  expect(await world.default()).toMatchObject({ number: 1 });
});

test('a bake that suits no settings yet is not marked, so that the schedule comes back to it', async () => {
  world.baked = { architecture: 'arm64' };
  const imageId = world.bake('$Default');
  const watched = watchedPublisher(world);
  await publishBake(watched.publisher, world.arnOf(imageId));
  expect(publishedLines(watched)).toEqual([['warn bake.deferred', { buildArn: world.arnOf(imageId), imageId }]]);
  expect(world.isHandled(imageId)).toBe(false);
});

test('the schedule looks only at bakes that are AVAILABLE, and leaves it at one that was handled', async () => {
  const handled = world.bake('$Default');
  const watched = watchedPublisher(world);
  await publishBake(watched.publisher, world.arnOf(handled));
  world.bake('$Default', { status: 'FAILED' });
  watched.events.length = 0;
  const looked: string[] = [];
  watched.publisher.bakes = {
    ...world.bakes,
    finished: (buildArn) => {
      looked.push(buildArn);
      return world.bakes.finished(buildArn);
    },
  };
  await publishMissedBake(watched.publisher);
  expect(looked).toEqual([world.arnOf(handled)]);
  expect(watched.events).toEqual([]);
});

test('a bake whose event was lost is published with a warning', async () => {
  world.bake('$Default');
  const imageId = world.bake('$Default');
  const watched = watchedPublisher(world);
  await publishMissedBake(watched.publisher);
  expect(publishedLines(watched)).toMatchObject([
    ['warn bake.event_missed', { buildArn: world.arnOf(imageId) }],
    ['info bake.published', { imageId }],
  ]);
});

import { EC2Client } from '@aws-sdk/client-ec2';
import { createPublishHandler } from '../../../lambda/publish/handler';
import { withSend } from '../with-send';
import { bakeEvent, IMAGES, ResponseUrl, request } from './fixture';
import { stubPublisher } from './stub-publisher';

const SCHEDULE = { source: 'aws.events', 'detail-type': 'Scheduled Event', resources: ['arn:rule'], detail: {} };
const A = { version: 1, recipe: 'recipe-a' };
const B = { version: 1, recipe: 'recipe-b' };

let publisher: ReturnType<typeof stubPublisher>;
beforeEach(() => {
  publisher = stubPublisher();
});
const handle = (event: unknown) => createPublishHandler(publisher.deps)(event);

describe('the schedule', () => {
  test.each([
    ["EventBridge's own event", SCHEDULE],
    ['an event whose detail tells no state', { resources: [`${IMAGES}1.0.0/1`], detail: { state: {} } }],
    ['an event without a detail', { resources: [`${IMAGES}1.0.0/1`] }],
    ['an event of a state without resources', { detail: { state: { status: 'AVAILABLE' } } }],
    ['an empty event', {}],
    ['no event', undefined],
  ])('is %s', async (_what, event) => {
    const image = publisher.world.bake('$Default');
    await handle(event);
    expect(await publisher.world.default()).toMatchObject({ image });
    expect(publisher.events).toContain('warn bake.event_missed');
  });

  test('publishes a newer bake whose event was lost, although the default can be launched', async () => {
    const { world } = publisher;
    await handle(bakeEvent(world.arnOf(world.bake('$Default'))));
    const image = world.bake('$Default');
    await handle(SCHEDULE);
    expect(await world.default()).toMatchObject({ image });
    expect(publisher.notices).toEqual([]);
  });

  test('tells people what it did to a default that could not be launched, in full', async () => {
    const { world, deps, notices } = publisher;
    const [older, newer] = [world.bake('$Default'), world.bake('$Default')];
    await handle(bakeEvent(world.arnOf(newer)));
    const number = world.operatorVersion('override', 'ami-0fffffffffffffff0');
    world.moveDefault(number);
    // The image that it takes is gone as soon as it has taken it.
    const { send } = world.ec2;
    deps.ec2 = withSend(EC2Client, async (command: { constructor: { name: string } }) => {
      const answer = await send(command as never);
      if (command.constructor.name === 'ModifyLaunchTemplateCommand') world.deleteImage(newer);
      return answer;
    });
    await handle(SCHEDULE);
    expect(await world.default()).toMatchObject({ settings: 'override', image: older, launchable: true });
    const steps = [
      `version ${number + 1} is the default: operator: settings of version ${number} with the image of version 3`,
      `version ${number + 2} is the default: operator: settings of version ${number + 1} with the image of version 2`,
    ];
    expect(notices).toEqual([
      {
        subject: 'lambda-ec2: mended the default version',
        text: `The default version of launch template ${world.templateId} could not be launched, because its image does not exist or is of another architecture. It was mended: ${steps.join('; ')}.`,
      },
    ]);
  });

  test('that fails in more than one part says so of each, and has the first error as its cause', async () => {
    const first = new Error('no recipe');
    publisher.deps.bakes.currentRecipe = () => Promise.reject(first);
    publisher.deps.bakes.list = () => Promise.reject(new Error('no list'));
    const failed = await handle(SCHEDULE).catch((error: Error) => error);
    expect(failed).toEqual(new Error('no recipe; no list'));
    expect((failed as Error).cause).toBe(first);
  });
});

describe('the event of a bake', () => {
  test.each([
    ['of another pipeline', 'arn:aws:imagebuilder:eu-west-1:000000000000:image/other/1.0.0/1', 'AVAILABLE'],
    ['that is still under way', `${IMAGES}1.0.0/1`, 'BUILDING'],
  ])('%s is not looked into', async (_what, arn, status) => {
    const looked = () => Promise.reject(new Error('it was looked into'));
    Object.assign(publisher.deps.bakes, { finished: looked, failure: looked });
    await handle(bakeEvent(arn, status));
    expect(publisher.events).toEqual([]);
  });

  test("is of the first of its resources that is one of the pipeline's", async () => {
    const { world } = publisher;
    const image = world.bake('$Default');
    const event = bakeEvent(world.arnOf(image));
    await handle({ ...event, resources: ['arn:other', ...(event.resources as string[])] });
    expect(await world.default()).toMatchObject({ image });
    expect(publisher.events).toEqual(['info action.decided', 'info action.decided', 'info bake.published']);
  });
});

describe('a request of CloudFormation', () => {
  let response: ResponseUrl;
  beforeEach(async () => {
    response = await ResponseUrl.start();
  });
  afterEach(() => response.close());
  const statuses = () => response.answers.map(({ body }) => body.Status);
  const done = () => publisher.events.filter((event) => !event.endsWith('action.decided'));

  test('is followed and its bake started, also where Lambda does not tell the time that is left', async () => {
    await handle(request('Update', response.url, B, A));
    expect(statuses()).toEqual(['SUCCESS']);
    expect(done()).toEqual(['info deploy.followed', 'info bake.started']);
  });

  test('starts no bake when the recipe is the same', async () => {
    await handle(request('Update', response.url, A, A));
    expect(done()).toEqual(['info deploy.followed']);
    expect(publisher.started).toEqual([]);
  });

  test('starts a bake of its own, once, however often it is delivered', async () => {
    const one = request('Update', response.url, B, A);
    for (const event of [one, one, { ...one, RequestId: 'another' }, { ...one, StackId: 'another' }])
      await handle(event);
    const [first, second, ...others] = publisher.started;
    expect(second).toBe(first);
    expect(new Set([first, ...others]).size).toBe(3);
  });

  test('that comes when its deploy is over is told in the log and starts nothing', async () => {
    publisher.deps.stackStatus = async () => 'UPDATE_COMPLETE';
    await handle(request('Update', response.url, B, A));
    expect(statuses()).toEqual(['SUCCESS']);
    expect(done()).toEqual(['warn request.expired']);
    expect(publisher.started).toEqual([]);
  });

  test('that is not in order is told in the log as an error', async () => {
    await handle({ ...request('Create', response.url, A), ResourceProperties: {} });
    expect(statuses()).toEqual(['FAILED']);
    expect(publisher.events).toEqual(['error deploy.follow_failed']);
  });

  test('whose bake cannot be started is told in the log after three tries', async () => {
    publisher.deps.bakes.start = () => Promise.reject(new Error('no'));
    await handle(request('Update', response.url, B, A));
    expect(statuses()).toEqual(['SUCCESS']);
    expect(done()).toEqual([
      'info deploy.followed',
      ...Array(3).fill('warn attempt.failed'),
      'error bake.start_failed',
    ]);
  });

  test('to remove the stack logs no error, unless the bakes cannot be listed in three tries', async () => {
    await handle(request('Delete', response.url, A));
    expect(publisher.events).toEqual([]);
    publisher.deps.bakes.list = () => Promise.reject(new Error('no'));
    await handle(request('Delete', response.url, A));
    expect(publisher.events).toEqual([...Array(3).fill('warn attempt.failed'), 'error bake.cancel_failed']);
    expect(statuses()).toEqual(['SUCCESS', 'SUCCESS']);
  });
});

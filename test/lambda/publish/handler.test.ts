import { createPublishHandler, type PublishDependencies } from '../../../lambda/publish/handler';
import { bakeEvent, IMAGES, PIPELINE, ResponseUrl, request, TOPIC } from './fixture';
import { TemplateWorld } from './template-world';

let world: TemplateWorld;
let response: ResponseUrl;
let status: string;
let bakes: string[];
let notices: string[];
let dependencies: PublishDependencies;
/** Messages of errors that the next calls of EC2 end in. */
let faults: string[];

beforeEach(async () => {
  world = new TemplateWorld('s1');
  response = await ResponseUrl.start();
  status = 'UPDATE_IN_PROGRESS';
  bakes = [];
  notices = [];
  faults = [];
  const images = new Map<string, string>();
  dependencies = {
    env: {
      templateId: world.templateId,
      stackName: 'lambda-ec2',
      pipelineArn: PIPELINE,
      imageArnPrefix: IMAGES,
      topicArn: TOPIC,
      region: 'eu-west-1',
    },
    ec2: {
      send: (async (command: never) => {
        const fault = faults.shift();
        if (fault) throw Object.assign(new Error(fault), { name: 'UnauthorizedOperation' });
        return world.ec2.send(command);
      }) as PublishDependencies['ec2']['send'],
    },
    imageOfBake: async (arn) => images.get(arn),
    startBake: async (token) => void bakes.push(token),
    stackStatus: async () => status,
    notify: async (subject) => void notices.push(subject),
    logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
    pause: async () => undefined,
  };
  baked = (arn, imageId) => images.set(arn, imageId);
});
afterEach(async () => {
  await response.close();
  world.close();
});

let baked: (arn: string, imageId: string) => void;
const A = { version: 1, recipe: 'recipe-a' };
const handle = (event: unknown, milliseconds = 60_000) =>
  createPublishHandler(dependencies)(event, { getRemainingTimeInMillis: () => milliseconds });
const bake = async (number: number) => {
  const imageId = world.bake('$Default');
  const arn = `${IMAGES}1.0.${number}/1`;
  baked(arn, imageId);
  await handle(bakeEvent(arn));
  return imageId;
};

test('the first deploy is answered at once and starts the first bake without waiting for it', async () => {
  status = 'CREATE_IN_PROGRESS';
  await handle(request('Create', response.url, A));
  expect(response.answers).toEqual([
    {
      contentType: '',
      body: {
        Status: 'SUCCESS',
        PhysicalResourceId: 'lambda-ec2-default-version',
        StackId: expect.stringContaining(':stack/lambda-ec2/'),
        RequestId: expect.any(String),
        LogicalResourceId: 'Deploy',
      },
    },
  ]);
  expect(bakes).toEqual([expect.stringMatching(/^[0-9a-f]{36}$/)]);
});

test('a request that is delivered twice asks for the same bake', async () => {
  status = 'CREATE_IN_PROGRESS';
  await handle(request('Create', response.url, A));
  await handle(request('Create', response.url, A));
  expect(new Set(bakes).size).toBe(1);
});

test('a deploy of new settings publishes them, and bakes only when the recipe changed', async () => {
  const image = await bake(1);
  const version = world.deploy('s2');
  await handle(request('Update', response.url, { ...A, version }, A));
  expect(await world.default()).toMatchObject({ settings: 's2', image });
  expect(bakes).toEqual([]);
  await handle(request('Update', response.url, { version, recipe: 'recipe-b' }, { ...A, version }));
  expect(bakes).toHaveLength(1);
});

test('the roll-back of a deploy restores what stood before it', async () => {
  await bake(1);
  world.moveDefault(world.operatorVersion('override', undefined));
  const version = world.deploy('s2');
  await handle(request('Update', response.url, { ...A, version }, A));
  status = 'UPDATE_ROLLBACK_IN_PROGRESS';
  const back = world.deploy('s1');
  await handle(request('Update', response.url, { ...A, version: back }, { ...A, version }));
  expect(await world.default()).toMatchObject({ settings: 'override' });
});

test('a request that is delivered after its deploy is over changes nothing, and is answered', async () => {
  await bake(1);
  const version = world.deploy('s2');
  status = 'UPDATE_ROLLBACK_COMPLETE';
  await handle(request('Update', response.url, { version, recipe: 'recipe-b' }, A));
  expect(await world.default()).toMatchObject({ settings: 's1' });
  expect(bakes).toEqual([]);
  expect(response.answers).toMatchObject([{ body: { Status: 'SUCCESS' } }]);
});

test('a removal is answered and does nothing', async () => {
  faults = ['must not be called'];
  await handle(request('Delete', response.url, A));
  expect(response.answers).toMatchObject([
    { body: { Status: 'SUCCESS', PhysicalResourceId: 'lambda-ec2-default-version' } },
  ]);
});

test('a passing fault, such as a role that is not known everywhere yet, never fails a deploy', async () => {
  faults = ['not yet', 'not yet', 'not yet'];
  await handle(request('Update', response.url, { ...A, version: world.deploy('s2') }, A));
  expect(response.answers).toMatchObject([{ body: { Status: 'SUCCESS' } }]);
  expect(await world.default()).toMatchObject({ settings: 's2' });
});

test('a fault that lasts is answered with one sentence that names it', async () => {
  dependencies.ec2 = { send: () => Promise.reject(new Error('no permission to see versions')) } as never;
  await handle(request('Update', response.url, A, A), 23_500);
  expect(response.answers).toMatchObject([
    { body: { Status: 'FAILED', Reason: 'lambda/publish could not follow the deploy: no permission to see versions' } },
  ]);
});

test('a call that never returns is answered in time', async () => {
  dependencies.ec2 = { send: () => new Promise(() => undefined) } as never;
  await handle(request('Update', response.url, A, A), 20_200);
  expect(response.answers).toMatchObject([{ body: { Status: 'FAILED', Reason: expect.stringContaining('in time') } }]);
});

test('a request that makes no sense is answered too', async () => {
  const broken = { ...request('Create', response.url, A), ResourceProperties: { LatestVersionNumber: 'many' } };
  await handle(broken);
  expect(response.answers).toMatchObject([
    { body: { Status: 'FAILED', Reason: expect.stringContaining('LatestVersionNumber') } },
  ]);
});

test('an answer is sent again until it arrives', async () => {
  response.failures = [500, 503];
  await handle(request('Delete', response.url, A));
  expect(response.answers).toHaveLength(1);
});

test('an answer that cannot be delivered fails the invocation, so that Lambda repeats it', async () => {
  response.failures = Array(5).fill(500);
  await expect(handle(request('Delete', response.url, A))).rejects.toThrow(/could not be delivered: 500/);
});

test('a finished bake is published, whose AMI only Image Builder knows', async () => {
  const image = await bake(1);
  expect(await world.default()).toMatchObject({ image });
});

test.each([
  ['of another pipeline', 'arn:aws:imagebuilder:eu-west-1:000000000000:image/other/1.0.1/1', 'AVAILABLE'],
  ['that is not AVAILABLE', `${IMAGES}1.0.1/1`, 'FAILED'],
  ['that is gone again', `${IMAGES}1.0.9/1`, 'AVAILABLE'],
])('the event of a bake %s changes nothing', async (_what, arn, state) => {
  const imageId = world.bake('$Default');
  if (!arn.includes('1.0.9')) baked(arn, imageId);
  await handle(bakeEvent(arn, state));
  expect(await world.default()).toMatchObject({ number: 1, image: undefined });
});

test('a bake that cannot be published fails the invocation, so that Lambda repeats it', async () => {
  faults = ['out of order'];
  await expect(bake(1)).rejects.toThrow('out of order');
});

test('people are told when the schedule had to mend the default version, and only then', async () => {
  const image = await bake(1);
  await handle({ source: 'lambda-ec2.schedule' });
  expect(notices).toEqual([]);
  world.moveDefault(world.operatorVersion('override', 'ami-0fffffffffffffff0'));
  await handle({ source: 'lambda-ec2.schedule' });
  expect(await world.default()).toMatchObject({ settings: 'override', image });
  expect(notices).toEqual(['lambda-ec2: mended the default version']);
});

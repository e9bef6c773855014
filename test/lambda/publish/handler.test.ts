import { EC2Client } from '@aws-sdk/client-ec2';
import { createPublishHandler, type PublishDependencies } from '../../../lambda/publish/handler';
import { withSend } from '../with-send';
import { bakeEvent, IMAGES, PIPELINE, ResponseUrl, request, TOPIC } from './fixture';
import { TemplateWorld } from './template-world';

let world: TemplateWorld;
let response: ResponseUrl;
let status: string;
let bakes: string[];
let cancelled: string[];
/** What the starts of a bake end in. */
let startFaults: string[];
let logged: string[];
let notices: string[];
let dependencies: PublishDependencies;
/** Messages of errors that the next calls of EC2 end in. */
let faults: string[];

beforeEach(async () => {
  world = new TemplateWorld('s1');
  response = await ResponseUrl.start();
  status = 'UPDATE_IN_PROGRESS';
  bakes = [];
  cancelled = [];
  startFaults = [];
  logged = [];
  notices = [];
  faults = [];
  dependencies = {
    env: {
      templateId: world.templateId,
      stackName: 'lambda-ec2',
      pipelineArn: PIPELINE,
      imageArnPrefix: IMAGES,
      topicArn: TOPIC,
      subnetIds: ['subnet-1', 'subnet-2'],
      awsRegion: 'eu-west-1',
    },
    ec2: withSend(EC2Client, async (command: never) => {
      const fault = faults.shift();
      if (fault) throw Object.assign(new Error(fault), { name: 'UnauthorizedOperation' });
      return world.ec2.send(command);
    }),
    bakes: {
      ...world.bakes,
      start: async (token) => {
        const fault = startFaults.shift();
        if (fault) throw new Error(fault);
        bakes.push(token);
      },
      cancel: async (arn) => {
        cancelled.push(arn);
        const build = world.builds.get(arn);
        if (build) build.status = 'CANCELLED';
      },
    },
    stackStatus: async () => status,
    notify: async (subject, message) => void notices.push(`${subject}\n${message}`),
    logger: {
      info: () => undefined,
      warn: () => undefined,
      error: (event) => void logged.push(event),
    },
    pause: async () => undefined,
  };
});
afterEach(async () => {
  await response.close();
});

const A = { version: 1, recipe: 'recipe-a' };
const handle = (event: unknown, milliseconds = 60_000) =>
  createPublishHandler(dependencies)(event, { getRemainingTimeInMillis: () => milliseconds });
const bake = async () => {
  const imageId = world.bake('$Default');
  await handle(bakeEvent(world.arnOf(imageId)));
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
  const image = await bake();
  const version = world.deploy('s2');
  await handle(request('Update', response.url, { ...A, version }, A));
  expect(await world.default()).toMatchObject({ settings: 's2', image });
  expect(bakes).toEqual([]);
  await handle(request('Update', response.url, { version, recipe: 'recipe-b' }, { ...A, version }));
  expect(bakes).toHaveLength(1);
});

test('the roll-back of a deploy restores what stood before it', async () => {
  await bake();
  world.moveDefault(world.operatorVersion('override', undefined));
  const version = world.deploy('s2');
  await handle(request('Update', response.url, { ...A, version }, A));
  status = 'UPDATE_ROLLBACK_IN_PROGRESS';
  const back = world.deploy('s1');
  await handle(request('Update', response.url, { ...A, version: back }, { ...A, version }));
  expect(await world.default()).toMatchObject({ settings: 'override' });
});

test('a deploy whose copy EC2 tells in other words is answered after one version, and so is its roll-back', async () => {
  world = new TemplateWorld('s1', 'gain a field');
  dependencies.env.templateId = world.templateId;
  dependencies.bakes = { ...world.bakes };
  await bake();
  const version = world.deploy('s2');
  await handle(request('Update', response.url, { ...A, version }, A));
  expect(await world.default()).toMatchObject({ number: version + 1, settings: 's2' });
  status = 'UPDATE_ROLLBACK_IN_PROGRESS';
  const back = world.deploy('s1');
  await handle(request('Update', response.url, { ...A, version: back }, { ...A, version }));
  expect(await world.default()).toMatchObject({ settings: 's1', launchable: true });
  expect((await world.state()).versions).toHaveLength(back);
  expect(response.answers.map(({ body }) => body.Status)).toEqual(['SUCCESS', 'SUCCESS']);
});

test('a request that is delivered after its deploy is over changes nothing, and is answered', async () => {
  await bake();
  const version = world.deploy('s2');
  status = 'UPDATE_ROLLBACK_COMPLETE';
  await handle(request('Update', response.url, { version, recipe: 'recipe-b' }, A));
  expect(await world.default()).toMatchObject({ settings: 's1' });
  expect(bakes).toEqual([]);
  expect(response.answers).toMatchObject([{ body: { Status: 'SUCCESS' } }]);
});

test('a removal is answered and leaves the launch template alone', async () => {
  faults = ['must not be called'];
  await handle(request('Delete', response.url, A));
  expect(response.answers).toMatchObject([
    { body: { Status: 'SUCCESS', PhysicalResourceId: 'lambda-ec2-default-version' } },
  ]);
  expect(faults).toHaveLength(1);
});

test('a removal cancels the bakes that are under way, whose instances use what is to be removed', async () => {
  await bake();
  const running = [world.bake('$Default', { status: 'BUILDING' }), world.bake('$Default', { status: 'TESTING' })];
  world.bake('$Default', { status: 'FAILED' });
  await handle(request('Delete', response.url, A));
  expect(cancelled).toEqual(running.map((id) => world.arnOf(id)));
  expect(response.answers).toMatchObject([{ body: { Status: 'SUCCESS' } }]);
});

test('nothing but a removal cancels a bake', async () => {
  world.bake('$Default', { status: 'BUILDING' });
  await handle(request('Update', response.url, { ...A, version: world.deploy('s2') }, A));
  await handle({ source: 'lambda-ec2.schedule' });
  expect(cancelled).toEqual([]);
});

test('a removal waits for the bakes to end, and asks each but once', async () => {
  const id = world.bake('$Default', { status: 'BUILDING' });
  const build = world.builds.get(world.arnOf(id)) as { status: string };
  let pauses = 0;
  dependencies.bakes.cancel = async (arn) => void cancelled.push(arn);
  dependencies.pause = async () => {
    if (++pauses === 3) build.status = 'CANCELLED';
  };
  await handle(request('Delete', response.url, A));
  expect([cancelled.length, pauses]).toEqual([1, 3]);
});

test.each(['cancelled', 'listed'])('bakes that cannot be %s never fail a removal', async (what) => {
  world.bake('$Default', { status: 'BUILDING' });
  const refuse = () => Promise.reject(new Error('no'));
  Object.assign(dependencies.bakes, what === 'listed' ? { list: refuse } : { cancel: refuse });
  await handle(request('Delete', response.url, A));
  expect(response.answers).toMatchObject([{ body: { Status: 'SUCCESS' } }]);
});

test('a bake that cannot be started fails no deploy, and people are told', async () => {
  status = 'CREATE_IN_PROGRESS';
  startFaults = Array(9).fill('no permission to start');
  await handle(request('Create', response.url, A));
  expect(response.answers).toMatchObject([{ body: { Status: 'SUCCESS' } }]);
  expect(startFaults).toHaveLength(6);
  expect(logged).toEqual(['bake.start_failed']);
  expect(notices).toEqual([
    'lambda-ec2: no bake was started\nThe deploy stands, but no bake was started: no permission to start; run `lambda-ec2 bake`.',
  ]);
});

test('a start that fails once is tried again, and nobody is told', async () => {
  startFaults = ['throttled'];
  await handle(request('Update', response.url, { ...A, recipe: 'recipe-b' }, A));
  expect(bakes).toHaveLength(1);
  expect(notices).toEqual([]);
});

test('a start that is never answered fails no deploy either, nor does a topic that takes nothing', async () => {
  dependencies.bakes.start = () => new Promise(() => undefined);
  dependencies.notify = () => Promise.reject(new Error('no topic'));
  await handle(request('Update', response.url, { ...A, recipe: 'recipe-b' }, A), 20_500);
  expect(response.answers).toMatchObject([{ body: { Status: 'SUCCESS' } }]);
  expect(logged).toContain('notification.failed');
});

test('a passing fault, such as a role that is not known everywhere yet, never fails a deploy', async () => {
  faults = ['not yet', 'not yet', 'not yet'];
  await handle(request('Update', response.url, { ...A, version: world.deploy('s2') }, A));
  expect(response.answers).toMatchObject([{ body: { Status: 'SUCCESS' } }]);
  expect(await world.default()).toMatchObject({ settings: 's2' });
});

test('a fault that lasts is answered with one message that names it', async () => {
  const denied = Object.assign(new Error('no permission to see versions'), { name: 'UnauthorizedOperation' });
  dependencies.ec2 = withSend(EC2Client, () => Promise.reject(denied));
  const errors: unknown[] = [];
  dependencies.logger.error = (_event, facts) => void errors.push(facts?.error);
  await handle(request('Update', response.url, A, A), 23_500);
  expect(response.answers).toMatchObject([
    {
      body: {
        Status: 'FAILED',
        Reason: 'lambda/publish could not follow the deploy: UnauthorizedOperation: no permission to see versions',
      },
    },
  ]);
  expect(errors).toEqual([{ name: 'UnauthorizedOperation', message: 'no permission to see versions' }]);
});

test('a call that never returns is answered in time', async () => {
  dependencies.ec2 = withSend(EC2Client, () => new Promise(() => undefined));
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
  await expect(handle(request('Delete', response.url, A))).rejects.toThrow(
    /could not be delivered: 500 Internal Server Error <Code>ExpiredToken<\/Code>/,
  );
});

test('what EC2 warns of in a version that it takes all the same is logged', async () => {
  const warned: unknown[] = [];
  dependencies.logger.warn = (...words: unknown[]) => void warned.push(words);
  const { send } = dependencies.ec2;
  dependencies.ec2 = withSend(EC2Client, async (command: { constructor: { name: string } }) => {
    const answer = await send(command as never);
    if (command.constructor.name !== 'CreateLaunchTemplateVersionCommand') return answer;
    return {
      ...(answer as object),
      Warning: { Errors: [{ Code: 'InvalidKey', Message: `The key is gone${'!'.repeat(999)}` }] },
    };
  });
  const version = world.deploy('s2');
  await handle(request('Update', response.url, { ...A, version }, A));
  expect(warned).toEqual([
    [
      'version.warned',
      {
        version: version + 1,
        error: { name: 'InvalidKey', message: expect.stringMatching(/^The key is gone!{484}…$/) },
      },
    ],
  ]);
});

test('a finished bake is published, whose AMI only Image Builder knows', async () => {
  const image = await bake();
  expect(await world.default()).toMatchObject({ image });
});

test.each([
  ['of another pipeline', 'arn:aws:imagebuilder:eu-west-1:000000000000:image/other/1.0.0/1', 'AVAILABLE'],
  ['that is not AVAILABLE', `${IMAGES}1.0.0/1`, 'FAILED'],
  ['that is gone again', `${IMAGES}1.0.0/9`, 'AVAILABLE'],
])('the event of a bake %s changes nothing', async (_what, arn, state) => {
  world.bake('$Default');
  await handle(bakeEvent(arn, state));
  expect(await world.default()).toMatchObject({ number: 1, image: undefined });
});

test('a bake that cannot be published fails the invocation, so that Lambda repeats it', async () => {
  faults = ['out of order'];
  await expect(bake()).rejects.toThrow('out of order');
});

test('people are told when the schedule had to mend the default version, and only then', async () => {
  const image = await bake();
  await handle({ source: 'lambda-ec2.schedule' });
  expect(notices).toEqual([]);
  world.moveDefault(world.operatorVersion('override', 'ami-0fffffffffffffff0'));
  await handle({ source: 'lambda-ec2.schedule' });
  expect(await world.default()).toMatchObject({ settings: 'override', image });
  expect(notices).toEqual([expect.stringMatching(/^lambda-ec2: mended the default version\n/)]);
});

test('a bake that failed is told once, with the reason of Image Builder', async () => {
  const arn = world.arnOf(world.bake('$Default', { candidate: false, status: 'FAILED' }));
  await handle(bakeEvent(arn, 'FAILED'));
  await handle(bakeEvent(arn, 'FAILED'));
  await handle({ source: 'lambda-ec2.schedule' });
  expect(notices).toEqual([
    expect.stringContaining(`${arn} of lambda-ec2 ended as FAILED: no package popler. Jobs go on`),
  ]);
});

test('a bake that found no room in its subnet is started in the next, once, and from the last in none', async () => {
  const asked: (readonly string[])[] = [];
  const answers = ['subnet-2', undefined];
  dependencies.bakes.moveToNextSubnet = async (subnetIds) => {
    asked.push(subnetIds);
    return answers.shift();
  };
  const fail = async (reason: string) => {
    const { failure } = world.bakes;
    dependencies.bakes.failure = async (arn) => {
      const found = await failure(arn);
      return found && { ...found, reason };
    };
    const arn = world.arnOf(world.bake('$Default', { candidate: false, status: 'FAILED' }));
    await handle(bakeEvent(arn, 'FAILED'));
    await handle(bakeEvent(arn, 'FAILED'));
  };
  const reason =
    'Your requested instance type (m7i.large) is not supported in your requested Availability Zone (us-east-1e).';
  await fail(reason);
  expect([asked, bakes.length]).toEqual([[['subnet-1', 'subnet-2']], 1]);
  expect(notices.at(-1)).toContain('It is tried once more in the subnet subnet-2.');
  await fail(reason);
  expect([asked.length, bakes.length]).toEqual([2, 1]);
  expect(notices.at(-1)).not.toContain('tried once more');
  await fail('the step python failed: no package python3.42');
  expect([asked.length, bakes.length, notices.length]).toEqual([2, 1, 3]);
});

test('that a bake without room cannot be tried elsewhere is told with its failure', async () => {
  dependencies.bakes.moveToNextSubnet = async () => {
    throw new Error('not authorized to perform iam:PassRole');
  };
  const arn = world.arnOf(world.bake('$Default', { candidate: false, status: 'FAILED' }));
  dependencies.bakes.failure = async () => ({ status: 'FAILED', reason: 'InsufficientInstanceCapacity', told: false });
  await handle(bakeEvent(arn, 'FAILED'));
  expect(notices).toEqual([
    expect.stringContaining('It could not be tried in another subnet (not authorized to perform iam:PassRole).'),
  ]);
});

test.each(['FAILED', 'CANCELLED'])(
  'the schedule makes up for the lost notice of a bake that ended as %s',
  async (end) => {
    world.bake('$Default', { candidate: false, status: end, created: Date.now() - 9 * 24 * 3_600_000 });
    world.bake('$Default', { candidate: false, status: end });
    await handle({ source: 'lambda-ec2.schedule' });
    expect(notices).toEqual([expect.stringContaining(`: a bake ended as ${end}\n`)]);
  },
);

test('a notice that SNS does not take is sent by the next schedule', async () => {
  const { notify } = dependencies;
  dependencies.notify = async () => {
    throw new Error('not now');
  };
  const arn = world.arnOf(world.bake('$Default', { candidate: false, status: 'FAILED' }));
  await expect(handle(bakeEvent(arn, 'FAILED'))).rejects.toThrow('not now');
  dependencies.notify = notify;
  await handle({ source: 'lambda-ec2.schedule' });
  expect(notices).toHaveLength(1);
});

test('the schedule publishes a bake whose event was lost', async () => {
  const image = world.bake('$Default');
  await handle({ source: 'lambda-ec2.schedule' });
  expect(await world.default()).toMatchObject({ image });
});

test('the schedule asks for the list of bakes once', async () => {
  await bake();
  let lists = 0;
  const { list } = dependencies.bakes;
  dependencies.bakes.list = () => {
    lists += 1;
    return list();
  };
  for (const runs of [1, 2]) {
    await handle({ source: 'lambda-ec2.schedule' });
    expect(lists).toBe(runs);
  }
});

test('the schedule mends the default version even when Image Builder does not answer', async () => {
  const image = await bake();
  world.moveDefault(world.operatorVersion('override', 'ami-0fffffffffffffff0'));
  dependencies.bakes.list = () => Promise.reject(new Error('no answer'));
  await expect(handle({ source: 'lambda-ec2.schedule' })).rejects.toThrow('no answer');
  expect(await world.default()).toMatchObject({ settings: 'override', image });
});
